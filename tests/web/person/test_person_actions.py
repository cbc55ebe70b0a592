"""What is done to a whole person: sign out, break the link, erase, hand over a link, export."""

import json

from scimapp.directory import secrets
from scimapp.directory.erasure import erasure
from scimapp.directory.groups import groups
from scimapp.directory.people import users
from tests.support.databases import on_both
from tests.support.people import seen_by_scim
from tests.web.groups.test_groups import pushed


def test_signing_somebody_out_everywhere_ends_their_next_click(page, sign_in_as, make_user):
    ann = make_user(given_name="Ann", family_name="Berg")
    hers = sign_in_as(ann)
    person = page(f"/users/{ann.id}")
    assert "not signed in anywhere" not in person.text

    done = person.follow("Sign out everywhere").form("sign-out-everywhere").submit()

    assert "Ann Berg is signed out everywhere." in done.text
    assert "Ann is not signed in anywhere." in done.text
    assert hers("/me").url.startswith("/sign-in")


def test_a_broken_link_unlocks_every_field(page, scim, scope):
    made = scim.post("/Users", {"userName": "bo@corp.example", "name": {"givenName": "Bo", "familyName": "Ng"}}).json
    user = seen_by_scim(scope, made["id"])
    locked = page(f"/users/{user.id}")

    ours = locked.follow("Break directory link…").form("unlink").submit()
    saved = ours.form("profile").fill(given_name="Bobby").submit()

    assert "Managed by Okta" in locked.text
    assert "Managed by" not in ours.text
    assert "Saved 1 change." in saved.text
    assert scim.get(f"/Users/{made['id']}").status_code == 404
    found = scim.get("/Users?filter=userName+eq+%22bo@corp.example%22").json
    assert found["totalResults"] == 1


def test_somebody_inactive_is_not_offered_to_be_signed_out(page, make_user):
    ann = make_user(state="inactive")

    assert "Sign out everywhere" not in page(f"/users/{ann.id}").text
    assert page(f"/users/{ann.id}/sign-out").url == f"/users/{ann.id}"


def test_somebody_is_erased_after_their_address_was_typed(page, scope, make_user):
    ann = make_user(given_name="Ann", family_name="Berg", state="inactive")
    question = page(f"/users/{ann.id}").follow("Erase…")

    refused = question.form("erase").fill(typed="ann").submit()
    done = question.form("erase").fill(typed=ann.email.upper()).submit()

    assert refused.status_code == 422
    assert f"Type “{ann.email}” exactly." in refused.text
    assert "The person was erased." in done.text
    assert "Erased person" in done.title
    assert "Ann Berg" not in done.text
    assert not done.tree.find_all("form", id="profile")


def test_somebody_active_cannot_be_erased_and_the_page_says_what_to_do(page, make_user):
    ann = make_user()

    assert "Deactivate first." in page(f"/users/{ann.id}").text
    assert "Deactivate first." in page(f"/users/{ann.id}/erase").text
    assert not page(f"/users/{ann.id}/erase").tree.find_all("input", name="typed")


def test_erasing_is_not_asked_about_people_whose_access_the_viewer_cannot_end(sign_in_as, make_user, account):
    eve = make_user(role="super_admin")
    hers = sign_in_as(eve)

    for person in (account.owner, eve):
        assert hers(f"/users/{person.id}/erase").url == f"/users/{person.id}"


def test_erasing_and_links_are_for_the_strongest_roles(page, sign_in_as, make_user):
    ann = make_user(state="invited")
    admin = sign_in_as(make_user(role="user_admin"))

    assert admin(f"/users/{ann.id}/erase").status_code == 403
    assert "Copy link" not in admin(f"/users/{ann.id}").text
    assert not admin(f"/users/{ann.id}").tree.find_all("form", id="invitation-link")
    owners = page(f"/users/{ann.id}").form("invitation-link")
    token = admin("/users").form("/sign-out").values["csrf_token"][0]
    refused = admin.go(owners.action, method="POST", data=f"csrf_token={token}")
    assert "Links of invitations are for Super Admins and the Account Owner." in refused.text
    shown = owners.submit()
    link = (shown.tree.find_all("textarea", id="link") or shown.tree.find_all("input", id="link"))[0]
    assert "/invitations/" in (link.get("value") or link.text)
    assert "Send it to nobody but" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


def test_a_link_that_the_key_of_the_server_no_longer_opens_is_not_shown(app, page, make_user):
    form = page(f"/users/{make_user(state='invited').id}").form("invitation-link")
    settings = app.config["SETTINGS"]
    secrets.install("another key of this server, long enough")
    try:
        refused = form.submit()
    finally:
        secrets.install(settings.secret_key)

    assert (refused.status_code, "Send it again from the person's page." in refused.text) == (403, True)


@on_both
def test_groups_of_one_name_say_which_directory_they_are_of(page, account, scope, make_user, make_group):
    """Groups around them said nothing of where they come from, and two of them looked alike."""
    bo = make_user(given_name="Bo")
    make_group("Everyone", [bo])
    for provider in ("okta", "onelogin"):
        inner = (
            account.scim(provider)
            .post("/Groups", {"displayName": "Crew", "members": [{"value": bo.scim_id}]})
            .json["id"]
        )
        account.scim(provider).post("/Groups", {"displayName": "World", "members": [{"value": inner}]})

    section = page(f"/users/{bo.id}").tree.find("section", id="groups")

    assert [cell.text for cell in section.find_all("th", scope="row")] == [
        "Crew (Okta)", "Crew (OneLogin)", "Everyone (Made here)", "World (Okta)", "World (OneLogin)", "Everyone",
    ]  # fmt: skip
    assert "World (Okta) Through Crew (Okta)" in section.text
    assert [button.get("aria-label") for button in section.find_all("button")] == ["Remove from Everyone (Made here)"]


def test_the_page_tells_groups_direct_inherited_and_built_in(page, scim, scope, make_user, make_group):
    from scimapp.directory.groups import nesting

    bo = make_user(given_name="Bo", family_name="Ng")
    crew, world = make_group("Trade fair crew", [bo]), make_group("World")
    nesting.nest(scope, world.id, crew.id)
    pushed(scim, "Field Sales", bo.scim_id)

    section = page(f"/users/{bo.id}").tree.find("section", id="groups")

    assert [cell.text for cell in section.find_all("th", scope="row")] == [
        "Field Sales", "Trade fair crew", "World", "Everyone",
    ]  # fmt: skip
    assert page(f"/users/{bo.id}").tree.find("a", href="#groups-heading").text == "Groups 4"
    assert "Pushed by Okta" in section.text
    assert "Through Trade fair crew" in section.text
    assert "Always" in section.text
    left = page(f"/users/{bo.id}").form("Remove").submit()
    assert left.url.startswith(f"/users/{bo.id}")
    assert groups.get(scope, crew.id).member_count == 0


def test_activity_tells_who_did_what_with_before_and_after(page, make_user, scope):
    ann = make_user(core={"title": "Buyer"})
    page(f"/users/{ann.id}").form("profile").fill(title="Head buyer").submit()

    activity = page(f"/users/{ann.id}").tree.find("section", id="activity").text

    assert "Olive Owner changed Title of" in activity
    assert "was Buyer" in activity
    assert "now Head buyer" in activity
    assert "accepted the invitation" in activity


def test_the_second_to_save_reads_who_was_first(page, scope, make_user):
    ann = make_user(core={"title": "Buyer"})
    mine = page(f"/users/{ann.id}").form("profile")
    page(f"/users/{ann.id}").form("profile").fill(title="Head buyer").submit()

    second = mine.fill(title="Senior buyer").submit()

    assert second.status_code == 409
    assert "Olive Owner changed Title of" in second.text


def test_a_persons_data_is_one_file(page, make_user, make_group):
    ann = make_user(given_name="Ann")
    make_group("Crew", [ann])

    document = json.loads(page(f"/users/{ann.id}/data").html)

    assert document["profile"]["name"]["givenName"] == "Ann"
    assert [group["name"] for group in document["groups"]] == ["Crew"]
    assert document["record"][-1]["event"] == "person added"


def test_a_question_that_has_been_answered_since_leads_to_the_person(page, scope, make_user):
    ann, bo = make_user(state="inactive"), make_user()
    asked = page(f"/users/{ann.id}/activate")

    erasure.erase(scope, ann.id)
    refused = asked.form("activate").submit()

    assert "This person was erased." in refused.text
    assert users.get(scope, ann.id).active is False
    for person, question in (
        (ann, "activate"),
        (ann, "erase"),
        (ann, "sign-out"),
        (ann, "deactivate"),
        (bo, "activate"),
    ):
        assert page(f"/users/{person.id}/{question}").url == f"/users/{person.id}", question

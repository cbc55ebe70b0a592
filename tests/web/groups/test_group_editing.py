"""Groups that are managed here: adding, renaming, members, links, role rules — as an administrator does it."""

import pytest

from scimapp.directory.groups import role_rules
from scimapp.directory.people import users
from tests.support.databases import on_both
from tests.support.doors import Screens
from tests.support.people import PASSWORD

from .test_groups import names, pushed


def test_a_group_is_added_named_and_filled(page, scope, make_user):
    ann = make_user(given_name="Ann", family_name="Berg")
    added = page("/groups").follow("Add group").form("group").fill(name="  Trade fair crew ").submit()

    filled = added.form("add-member").fill(q=ann.email).submit()

    assert "Trade fair crew is added." in added.text
    assert "1 member was added." in filled.text
    assert names(filled) == ["Ann Berg"]
    assert "Added by Olive Owner" in filled.text


def test_words_that_name_nobody_exactly_lead_to_the_search(page, scope, make_user, make_group):
    first, second = make_user(given_name="Nadia"), make_user(given_name="Nadja")
    group, inner = make_group("Crew"), make_group("Nad team")

    found = page(f"/groups/{group.id}").form("add-member").fill(q="nad").submit()
    added = found.form("choose").fill(user=[first.id, second.id], group=[inner.id]).submit()

    assert "Add members to Crew" in found.title
    assert "3 members were added." in added.text
    assert [name for name in names(added) if name][0] == "Nad team"
    assert added.tree.find(aria_labelledby="members-heading").text.startswith("Members 3")


@on_both
def test_an_empty_choice_is_answered_in_words(page, make_user, make_group):
    group = make_group("Crew", [make_user()])

    make_user()
    add = page(f"/groups/{group.id}/members/add").form("choose").submit()
    remove = page(f"/groups/{group.id}").form("members").submit()

    assert "Choose at least one person or group" in add.text
    assert "Choose at least one member." in remove.text


def test_chosen_members_leave(page, scope, make_user, make_group):
    ann, bo = make_user(given_name="Ann"), make_user(given_name="Bo")
    group = make_group("Crew", [ann, bo])

    left = page(f"/groups/{group.id}").form("members").fill(user=[ann.id]).submit()

    assert "1 member was removed." in left.text
    assert names(left) == [bo.display_name]


@pytest.mark.parametrize("name, complaint", [
    ("", "Give the group a name."),
    ("x" * 257, "At most 256 characters."),
    ("Finance", "exists already"),
])  # fmt: skip
def test_a_name_that_cannot_be_is_told_beside_it(page, make_group, name, complaint):
    make_group("Finance")

    refused = page("/groups/new").form("group").fill(name=name).submit()

    assert refused.status_code == 422
    assert complaint in refused.tree.find("div", id="name-error").text


def test_a_group_is_renamed_and_deleted(page, scope, make_user, make_group):
    group = make_group("Crew", [make_user()])

    renamed = page(f"/groups/{group.id}").follow("Rename").form("group").fill(name="Fair crew").submit()
    question = renamed.follow("Delete…")
    gone = question.form("delete").submit()

    assert "The group is called Fair crew now." in renamed.text
    assert "The group goes, its 1 member stays a person." in question.text
    assert "Fair crew is deleted." in gone.text
    assert "No groups yet" in gone.text


def test_a_directorys_group_is_read_only_until_the_link_is_broken(page, scim, make_user):
    person = make_user()
    group = pushed(scim, "Field Sales", person.scim_id)
    managed = page(f"/groups/{group}")
    asked = [page(f"/groups/{group}/{address}").url for address in ("rename", "delete", "members/add")]

    question = managed.follow("Break directory link…")
    ours = question.form("unlink").submit()

    assert "Okta keeps the name and the members." in managed.text
    assert set(asked) == {managed.url}
    assert not managed.tree.find_all("form", id="add-member")
    assert "Field Sales and its 1 member stay and become yours to edit." in question.text
    assert "The link is broken." in ours.text
    assert ours.tree.find("form", id="add-member")
    assert page(f"/groups/{group}").status_code == 404


def test_a_name_conflict_offers_the_link(page, scim, make_group):
    group = make_group("Finance")
    assert scim.for_provider("entra").post("/Groups", {"displayName": "Finance"}).status_code == 409

    listed = page("/groups?attention=conflict")
    question = page(f"/groups/{group.id}").follow("Link to Microsoft Entra ID's group")
    linked = question.form("link").submit()
    again = page(f"/groups/{group.id}/link")

    assert "Finance" in names(listed)
    assert "0 people added by hand would leave" in question.text
    assert "Microsoft Entra ID keeps the name and the members." in linked.text
    assert again.url == f"/groups/{group.id}"  # nothing is left to ask
    assert page(f"/groups/{make_group('Ours').id}/unlink").text.count("Break the link") == 0


@on_both
def test_filters_of_the_list_stand_as_chips(page, scim, make_user, make_group):
    make_group("By hand", [make_user()])
    pushed(scim, "Empty push")
    pushed(scim, "Skipping", "nobody")

    by_hand = page("/groups?source=hand")
    skipped = page("/groups").form("/groups").fill(attention="skipped").submit()

    assert names(by_hand) == ["By hand"]
    assert names(skipped) == ["Skipping"]
    assert names(page("/groups?source=okta&attention=empty")) == ["Empty push", "Skipping"]
    assert "No group matches these filters" in page("/groups?attention=conflict").text
    assert by_hand.tree.find("span", class_="chosen").text == "Made here"


def test_everyone_is_all_active_and_invited_people_and_read_only(page, make_user):
    make_user(given_name="Ina", family_name="Active")
    make_user(given_name="Ivo", family_name="Invited", state="invited")
    make_user(given_name="Otto", family_name="Off", state="inactive")

    everyone = page("/groups/everyone")

    assert "Everyone is built in and keeps itself up to date." in everyone.text
    assert "All active and invited people, always up to date" in everyone.text
    assert {"Ina Active", "Ivo Invited"} <= set(names(everyone))
    assert "Otto Off" not in names(everyone)
    assert "No member matches" in page("/groups/everyone?q=zzz").text


def test_a_rule_is_previewed_saved_and_listed(page, scope, make_user, make_group):
    ann = make_user(given_name="Ann", family_name="Berg")
    group = make_group("IT Service Desk", [ann])
    form = page(f"/groups/{group.id}").follow("Add a rule").form("rule")

    preview = form.fill(role="user_admin").submit("Show who changes")
    saved = preview.form("rule").submit("Save rule")

    assert preview.url == f"/groups/{group.id}/rule?role=user_admin"  # the proof of the form was in it
    assert "1 person gains a role" in preview.text
    assert "Ann Berg: Member → User Admin" in preview.text
    assert users.get(scope, ann.id).role == "user_admin"
    assert "Members get the role User Admin." in saved.text
    assert "IT Service Desk User Admin 1" in page("/settings/rules").text
    assert "User Admin" in page("/groups").text


@on_both
def test_without_rules_the_settings_say_how_they_come(page):
    assert "No group gives a role" in page("/settings/rules").text


def test_rules_are_for_super_admins(sign_in_as, make_user, make_group):
    group = make_group("IT")
    admin = sign_in_as(make_user(role="user_admin"))

    assert admin(f"/groups/{group.id}/rule").status_code == 403
    assert admin("/settings/rules").status_code == 403
    assert "Add a rule" not in admin(f"/groups/{group.id}").text


def test_a_user_admin_is_told_why_a_ruled_group_stays_closed(sign_in_as, scope, make_user, make_group):
    group = make_group("Core")
    person = make_user()
    opened = sign_in_as(make_user(role="user_admin"))(f"/groups/{group.id}")
    role_rules.set_rule(scope, group.id, "super_admin")

    refused = opened.form("add-member").fill(q=person.email).submit()

    assert refused.status_code == 403
    assert "Only somebody who may give that role changes who is in." in refused.text


@on_both
def test_suggestions_are_people_who_are_not_in_yet(page, make_user, make_group):
    ann, nadia = make_user(given_name="Nan"), make_user(given_name="Nadia")
    group = make_group("Crew", [ann])

    options = page(f"/groups/{group.id}/members/options?q=na").tree.find_all("option")

    assert nadia.email in [option.get("value") for option in options]
    assert ann.email not in [option.get("value") for option in options]


@on_both
def test_an_empty_group_is_deleted_with_words_of_its_own(page, make_group):
    question = page(f"/groups/{make_group('Fair crew').id}/delete")

    assert "The group goes; nobody is directly in it." in question.text


def test_a_name_in_use_is_told_in_the_quotes_of_the_screens(page, make_group):
    make_group("Fair crew")

    answer = page("/groups/new").form("/groups/new").fill(name="fair crew").submit()

    assert (answer.status_code, "A group named “fair crew” exists already in this account." in answer.text) == (
        422,
        True,
    )


def test_a_group_whose_role_is_out_of_reach_offers_nothing_and_says_why(sign_in_as, scope, scim, make_user, make_group):
    """It offered everything, and each press was answered with 403."""
    strong, weak = make_user(), make_user("user_admin")
    ours, theirs = make_group("Core", [strong]).id, pushed(scim, "Pushed core", strong.scim_id)
    for group_id in (ours, theirs):
        role_rules.set_rule(scope, group_id, "super_admin")
    admin = sign_in_as(weak)

    for group_id in (ours, theirs):
        screen = admin(f"/groups/{group_id}")
        assert "Members of this group have the role Super Admin. Only somebody who may give that role" in screen.text
        assert not [form for form in screen.forms if "/members/" in form.action]
        assert not [word for word in ("Delete…", "Break directory link…") if word in screen.text]
        for question in ("delete", "unlink", "link", "members/add"):
            assert admin(f"/groups/{group_id}/{question}").url == screen.url
    assert admin(f"/groups/{ours}").follow("Rename").status_code == 200
    assert "Remove" not in admin(f"/users/{strong.id}").tree.find(id="groups").text


def test_nobody_is_told_to_add_people_to_an_empty_group_whose_role_is_out_of_reach(
    sign_in_as, page, scope, make_user, make_group
):
    empty = make_group("Core").id
    role_rules.set_rule(scope, empty, "super_admin")

    screen = sign_in_as(make_user("user_admin"))(f"/groups/{empty}")

    assert "Nobody is in this group yet" in screen.text
    assert "Add people by name" not in screen.text
    assert "Add people by name" in page(f"/groups/{empty}").text


def test_nobody_is_offered_to_lose_the_role_that_a_group_gives_them(app, scope, make_user, make_group):
    boss, other = make_user(), make_user()
    group = make_group("IT", [boss, other])
    role_rules.set_rule(scope, group.id, "user_admin")
    admin = Screens(app)
    admin.sign_in(boss.email, PASSWORD)

    screen = admin(f"/groups/{group.id}")

    assert screen.form("members").fill(user=[other.id]).values["user"] == [other.id]
    with pytest.raises(AssertionError, match=boss.id):
        screen.form("members").fill(user=[boss.id])
    assert "Your own role comes from this group, so only somebody else deletes it or takes you out." in screen.text
    assert "Delete…" not in screen.text

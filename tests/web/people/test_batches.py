"""Acting on many people from the list: the question, the answer, and who is left out."""

import pytest

from scimapp.directory.accounts import account_settings
from scimapp.directory.batches import batches
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.links import invitations
from scimapp.directory.people import named_people, users
from scimapp.directory.user_list.search import UserSearch
from tests.support.batch_screens import apply, ids, names
from tests.support.databases import on_both


def test_deactivating_several_asks_first_and_then_tells_who_and_why(page, account, make_user, scope):
    people = [make_user(given_name=name, family_name="Berg") for name in ("Ann", "Bob")]
    off = make_user(given_name="Off", family_name="Berg", state="inactive")

    check = apply(page, "Deactivate", [*people, off, account.owner])
    active_while_asked = users.get(scope, people[0].id).active
    result = check.form("batch-check").submit("Deactivate 2 people")

    assert check.tree.find("h1").text == "Deactivate 2 people?"
    assert f"Ann Berg {people[0].email}" in names(check, "chosen-people")
    assert "Already inactive." in names(check, "left-out")
    assert "Off Berg" in names(check, "left-out")
    assert "It will be done to 2 people." in check.text
    assert active_while_asked
    assert result.url.startswith("/batches/b-")
    assert result.tree.find("h1").text == "Deactivate: 2 done, 2 skipped"
    assert "by you." in result.text
    assert "This is the Account Owner." in names(result, "skipped")
    assert "Transfer ownership first" in names(result, "skipped")
    assert "Ann Berg" in names(result, "done")
    assert not users.get(scope, people[0].id).active


def test_choosing_nobody_or_nothing_is_answered_in_words(page, make_user):
    person = make_user()

    nobody = apply(page, "Deactivate", address="/users?q=acme&sort=-name")
    nothing = apply(page, "", [person])

    assert "Choose at least one person." in nobody.text
    assert nobody.url == "/users?q=acme&sort=-name"
    assert "Choose what to do with the selected people." in nothing.text
    assert page("/users/batch?q=acme&sort=-name").url == "/users?q=acme&sort=-name"


@on_both
def test_all_matches_are_those_of_the_filters_at_the_time_of_the_answer(page, make_user, scope):
    for _ in range(27):
        make_user(given_name="Zed")
    other = make_user(given_name="Other")

    check = apply(page, "Deactivate", address="/users?q=zed", all=True)
    make_user(given_name="Zed")
    again = check.form("batch-check").submit()
    result = again.form("batch-check").submit()

    assert check.tree.find("h1").text == "Deactivate 27 people?"
    assert "and 7 more" in names(check, "chosen-people")
    assert again.status_code == 422
    assert "there are 28 now" in again.text
    assert again.tree.find("h1").text == "Deactivate 28 people?"
    assert result.tree.find("h1").text == "Deactivate: 28 done"
    assert users.get(scope, other.id).active


def test_people_of_a_directory_are_left_out_unless_they_are_meant(page, make_user, scim, scope):
    scim.post("/Users", {"userName": "okta@acme.example", "name": {"givenName": "Okta", "familyName": "Made"}})
    managed = named_people.named_by(scope, ["okta@acme.example"])["okta@acme.example"]

    check = apply(page, "Deactivate", [managed, make_user()])
    left_out = check.form("batch-check").submit()
    meant = apply(page, "Deactivate", [managed]).form("batch-check").fill(with_managed=True).submit()

    assert "Also 1 person managed by Okta (Okta may activate this person again)" in check.text
    (button,) = [button for button in check.tree.find_all("button") if button.get("data-with")]
    assert (button.text, button.get("data-with")) == ("Deactivate 1 person", "Deactivate 2 people")
    assert "Managed by Okta." in names(left_out, "skipped")
    assert "Remove the person from the app in Okta" in names(left_out, "skipped")
    assert meant.tree.find("h1").text == "Deactivate: 1 done"
    back = apply(page, "Activate", [managed, make_user(state="inactive")]).form("batch-check").submit()
    assert "Assign the person to the app in Okta" in names(back, "skipped")


def test_activating_stops_at_the_last_seat(page, account, make_user, scope):
    people = [make_user(state="inactive") for _ in range(3)]
    account_settings.change_security(scope, seat_limit=2)

    check = apply(page, "Activate", people)
    result = check.form("batch-check").submit()

    assert "No free seat." in names(check, "left-out")
    assert "It will be done to 1 person." in check.text
    assert result.tree.find("h1").text == "Activate: 1 done, 2 skipped"
    assert names(result, "skipped").count("No free seat.") == 2


def test_adding_to_a_group_asks_for_one_that_is_managed_here(page, account, make_user, make_group, scim):
    ann, bob = make_user(given_name="Ann"), make_user(given_name="Bob")
    crew = make_group("Crew", members=[ann])
    scim.post("/Groups", {"displayName": "Pushed"})

    check = apply(page, "Add to group", [ann, bob])
    empty = check.form("batch-check").submit()
    result = empty.form("batch-check").fill(group="Crew").submit()

    assert [option.text for option in check.tree.find("select", id="group").find_all("option")] == [
        "Choose a group", "Crew",
    ]  # fmt: skip
    assert empty.status_code == 422
    assert "Group: Choose a group." in empty.text
    assert result.tree.find("h1").text == "Add to group: 1 done, 1 skipped"
    assert "Already in Crew." in names(result, "skipped")
    assert "Bob" in page(f"/groups/{crew.id}").text


@on_both
def test_a_group_that_went_meanwhile_is_said_so(page, make_user, make_group, scope):
    crew = make_group("Crew")
    check = apply(page, "Remove from group", [make_user()])
    groups.remove(scope, crew.id)

    gone = check.form("batch-check").fill(group="Crew").submit()

    assert gone.status_code == 422
    assert "This Group does not exist here." in gone.text


@on_both
def test_a_role_is_given_to_several_and_taken_back(page, make_user, scope):
    people = [make_user(), make_user(role="user_admin")]

    result = apply(page, "Change role", people).form("batch-check").fill(role="Super Admin").submit()
    back = result.form("undo").submit()

    assert result.tree.find("h1").text == "Change role: 2 done"
    assert "Undo for these 2" in result.text
    assert back.tree.find("h1").text == "Undo of “Change role”: 2 done"
    assert [users.get(scope, person.id).role for person in people] == ["member", "user_admin"]
    assert f"Undone by batch {back.url.rpartition('/')[2]}." in page(result.url).text


def test_a_manager_is_found_by_address_and_nobody_is_guessed_at(page, make_user, scope):
    boss, ann = make_user(email="boss@acme.example"), make_user()
    check = apply(page, "Set manager", [boss, ann])

    unknown = check.form("batch-check").fill(manager="nobody@acme.example").submit()
    result = unknown.form("batch-check").fill(manager="boss@acme.example").submit()
    stored = users.document(scope, users.get(scope, ann.id)).enterprise["manager"]
    taken = apply(page, "Set manager", [ann]).form("batch-check").fill(no_manager=True).submit()

    assert "Nobody here is called “nobody@acme.example”." in unknown.text
    assert unknown.tree.find("input", id="manager").get("value") == "nobody@acme.example"
    assert result.tree.find("h1").text == "Set manager: 1 done, 1 skipped"
    assert "Nobody is their own manager." in names(result, "skipped")
    assert stored == {"value": boss.scim_id}
    assert taken.tree.find("h1").text == "Set manager: 1 done"
    assert "manager" not in users.document(scope, users.get(scope, ann.id)).enterprise


def test_mails_are_sent_to_those_who_can_use_them(page, make_user, scope):
    invited, active = make_user(state="invited"), make_user()
    first = invitations.latest(scope, invited).id

    again = apply(page, "Send invitation again", [invited, active]).form("batch-check").submit()
    reset = apply(page, "Send password reset", [invited, active]).form("batch-check").submit()

    assert again.tree.find("h1").text == "Send invitation again: 1 done, 1 skipped"
    assert "Has accepted an invitation already." in names(again, "skipped")
    assert invitations.latest(scope, invited).id != first
    assert reset.tree.find("h1").text == "Send password reset: 1 done, 1 skipped"
    assert "Send the invitation again instead." in names(reset, "skipped")
    assert not [form for form in reset.forms if form.answers_to("undo")]


@on_both
def test_the_question_takes_the_same_number_of_statements_for_any_number_of_people(page, make_user, statements):
    def measure(address):
        form = page(address).form("batch").fill(action="Deactivate", user=ids(page(address)))
        with statements() as log:
            form.submit("Apply")
        return len(log)

    make_user(given_name="Few")
    few = measure("/users?q=few")
    for _ in range(20):
        make_user(given_name="Many")

    assert measure("/users?q=many") == few


def test_members_reach_none_of_it(sign_in_as, make_user, scope):
    member = sign_in_as(make_user())
    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(make_user().id,)))

    for address in ("/batches", f"/batches/{batch.id}", f"/batches/{batch.id}/progress", "/users/batch"):
        assert member(address).status_code == 403


def test_another_accounts_batch_does_not_exist_here(page, other_account):
    theirs = batches.begin(other_account.scope, "deactivate", {}, UserSearch(ids=(other_account.make_user().id,)))

    assert page(f"/batches/{theirs.id}").status_code == 404
    assert page(f"/batches/{theirs.id}/progress").status_code == 404


def test_with_nobody_left_the_only_way_is_back(page, make_user):
    check = apply(page, "Activate", [make_user(), make_user()])

    assert "Nobody is left to do it to." in check.text
    assert not check.tree.find("main").find_all("button")
    assert check.follow("Back to people").url.startswith("/users")


@pytest.mark.parametrize(
    "action, ways", [("Add to group", ["/users", "/groups/new"]), ("Remove from group", ["/users"])]
)
def test_without_a_group_to_choose_the_question_leads_elsewhere(page, make_user, action, ways):
    """It offered a list of nothing to choose from, and a button that nobody could press with success."""
    asked = apply(page, action, [make_user()]).tree.find("form", id="batch-check")

    assert "There is no group here whose members you may choose." in asked.text
    assert not asked.find_all("select", name="group")
    assert not asked.find_all("button")
    assert [link.get("href") for link in asked.find_all("a")] == ways


def test_a_group_with_a_stronger_role_is_none_to_choose(sign_in_as, scope, make_user, make_group):
    """It was told that no group had been made."""
    role_rules.set_rule(scope, make_group("Admins").id, "super_admin")

    check = apply(sign_in_as(make_user("user_admin")), "Add to group", [make_user()])

    assert "There is no group here whose members you may choose." in check.text

"""Acting on many people from the list: the question, the answer, the result, taking back, and what is left out."""

import re

import pytest

from scimapp.directory.accounts import account_settings
from scimapp.directory.batches import batch_runs, batches
from scimapp.directory.batches.batch_runs import SKIPPED
from scimapp.directory.changes import UserChanges
from scimapp.directory.groups import groups
from scimapp.directory.links import invitations
from scimapp.directory.people import erasure, named_people, users
from scimapp.directory.user_list.search import UserSearch


@pytest.fixture
def apply():
    """``apply(screens, action, people, address="/users", all=True)``: chooses people in the list, and an action."""

    def choose(screens, action, people=(), address="/users", **more):
        form = screens(address).form("batch").fill(action=action)
        if people:
            form.fill(user=[person.id for person in people])
        return form.fill(**more).submit("Apply")

    return choose


def names(screen, heading):
    """The names in the part of a page with this id."""
    return screen.tree.find("section", **{"aria-labelledby": heading}).text


def test_deactivating_several_asks_first_and_then_tells_who_and_why(page, apply, account, make_user, scope):
    people = [make_user(given_name=name, family_name="Berg") for name in ("Ann", "Bob")]
    off = make_user(given_name="Off", family_name="Berg", state="inactive")

    check = apply(page, "Deactivate", [*people, off, account.owner])
    active_while_asked = users.get(scope, people[0].id).active
    result = check.form("batch-check").submit("Deactivate 4 people")

    assert check.tree.find("h1").text == "Deactivate 4 people?"
    assert "Ann Berg" in names(check, "chosen-people")
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


def test_choosing_nobody_or_nothing_is_answered_in_words(page, apply, make_user):
    person = make_user()

    nobody = apply(page, "Deactivate", address="/users?q=acme&sort=-name")
    nothing = apply(page, "", [person])

    assert "Choose at least one person." in nobody.text
    assert nobody.url == "/users?q=acme&sort=-name"
    assert "Choose what to do with the selected people." in nothing.text
    assert page("/users/batch").url == "/users"


def test_all_matches_are_those_of_the_filters_at_the_time_of_the_answer(page, apply, make_user, scope):
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


def test_people_of_a_directory_are_left_out_unless_they_are_meant(page, apply, make_user, scim, scope):
    scim.post("/Users", {"userName": "okta@acme.example", "name": {"givenName": "Okta", "familyName": "Made"}})
    managed = named_people.named_by(scope, ["okta@acme.example"])["okta@acme.example"]

    check = apply(page, "Deactivate", [managed, make_user()])
    left_out = check.form("batch-check").submit()
    meant = apply(page, "Deactivate", [managed]).form("batch-check").fill(with_managed=True).submit()

    assert "Also people managed by Okta (Okta may activate them again)" in check.text
    assert "Managed by Okta." in names(left_out, "skipped")
    assert "Remove the person from the app in Okta" in names(left_out, "skipped")
    assert meant.tree.find("h1").text == "Deactivate: 1 done"


def test_activating_stops_at_the_last_seat(page, apply, account, make_user, scope):
    people = [make_user(state="inactive") for _ in range(3)]
    account_settings.change_security(scope, seat_limit=2)

    check = apply(page, "Activate", people)
    result = check.form("batch-check").submit()

    assert "No free seat." in names(check, "left-out")
    assert "It will be done to 1 person." in check.text
    assert result.tree.find("h1").text == "Activate: 1 done, 2 skipped"
    assert names(result, "skipped").count("No free seat.") == 2


def test_adding_to_a_group_asks_for_one_that_is_managed_here(page, apply, account, make_user, make_group, scim):
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


def test_a_group_that_went_meanwhile_is_said_so(page, apply, make_user, make_group, scope):
    crew = make_group("Crew")
    check = apply(page, "Remove from group", [make_user()])
    groups.remove(scope, crew.id)

    gone = check.form("batch-check").fill(group="Crew").submit()

    assert gone.status_code == 422
    assert "This Group does not exist here." in gone.text


def test_a_role_is_given_to_several_and_taken_back(page, apply, make_user, scope):
    people = [make_user(), make_user(role="user_admin")]

    result = apply(page, "Change role", people).form("batch-check").fill(role="Super Admin").submit()
    back = result.form("undo").submit()

    assert result.tree.find("h1").text == "Change role: 2 done"
    assert "Undo for these 2" in result.text
    assert back.tree.find("h1").text == "Undo of “Change role”: 2 done"
    assert [users.get(scope, person.id).role for person in people] == ["member", "user_admin"]
    assert f"Undone by batch {back.url.rpartition('/')[2]}." in page(result.url).text


def test_a_manager_is_found_by_address_and_nobody_is_guessed_at(page, apply, make_user, scope):
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


def test_mails_are_sent_to_those_who_can_use_them(page, apply, make_user, scope):
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


def test_undo_is_offered_for_a_day_and_once(page, apply, make_user, scope, clock):
    person = make_user()
    result = apply(page, "Deactivate", [person]).form("batch-check").submit()
    stale = page(result.url)
    undone = result.form("undo").submit()
    twice = stale.form("undo").submit()
    later = apply(page, "Deactivate", [person]).form("batch-check").submit()
    clock.advance(hours=11)
    clock.advance(hours=13, minutes=1)

    assert undone.tree.find("h1").text == "Undo of “Deactivate”: 1 done"
    assert "It takes back batch" in undone.text
    assert twice.status_code == 409
    assert "cannot be undone any more" in twice.text
    assert not batches.may_undo(batches.get(scope, later.url.rpartition("/")[2]))


def test_undo_leaves_alone_what_was_changed_again(page, apply, make_user, scope):
    person = make_user()
    result = apply(page, "Change role", [person]).form("batch-check").fill(role="User Admin").submit()
    users.update(scope, person.id, UserChanges(role="super_admin"))

    back = result.form("undo").submit()

    assert "Changed again since." in names(back, "skipped")
    assert users.get(scope, person.id).role == "super_admin"


def test_a_long_batch_works_on_and_shows_how_far_it_is(page, apply, make_user, scope, monkeypatch):
    for _ in range(5):
        make_user(given_name="Long")
    monkeypatch.setattr(batches, "AT_ONCE", 4)
    monkeypatch.setattr(batch_runs, "SLICE", 3)
    monkeypatch.setattr("scimapp.web.batches.GO_ON_SECONDS", 0)

    begun = (
        apply(page, "Deactivate", address="/users?q=long&per=100", people=_all(page("/users?q=long")))
        .form("batch-check")
        .submit()
    )
    part = begun.form("go-on").submit()
    while "working" in part.tree.find("h1").text:
        seen = part.text
        part = part.form("go-on").submit()

    assert begun.tree.find("h1").text == "Deactivate: working"
    assert "Working: 0 of 5" in begun.text
    assert begun.tree.find("progress").get("max") == "5"
    assert "Refresh" in begun.text
    assert re.search(r"Working: [1-5] of 5", seen)
    assert part.tree.find("h1").text == "Deactivate: 5 done"


def test_a_working_batch_can_be_stopped(page, apply, make_user, monkeypatch):
    people = [make_user() for _ in range(3)]
    monkeypatch.setattr(batches, "AT_ONCE", 2)
    begun = apply(page, "Deactivate", people).form("batch-check").submit()

    stopped = begun.form("stop").submit()

    assert stopped.tree.find("h1").text == "Deactivate: 0 done, 3 skipped"
    assert "Stopped by Olive Owner." in stopped.text
    assert "Nothing was changed" in stopped.text


def test_long_results_are_paged_and_each_list_on_its_own(page, scope, account, make_user, monkeypatch):
    monkeypatch.setattr("scimapp.web.view_models.batches.PER_PAGE", 3)
    for _ in range(4):
        make_user(given_name="Pager")
        make_user(given_name="Pager", state="inactive")
    batch = batches.begin(scope, "deactivate", {}, UserSearch(q="pager"))
    batches.finish_small(scope, batch)

    first = page(f"/batches/{batch.id}")
    second = page(f"/batches/{batch.id}?skipped=2")

    assert "1–3 of 4" in names(first, "skipped")
    assert "4–4 of 4" in names(second, "skipped")
    assert "1–3 of 4" in names(second, "done")
    assert page(f"/batches/{batch.id}?skipped=999&done=x").status_code == 200


def test_batches_are_listed_and_lead_to_the_log(page, apply, make_user):
    person = make_user(given_name="Ann", family_name="Berg")
    nothing = page("/batches")
    result = apply(page, "Deactivate", [person]).form("batch-check").submit()
    listed = page("/audit").follow("Batches")
    log = result.follow("It is in the audit log.")

    assert "Nothing was done to many people yet" in nothing.text
    assert listed.follow("Deactivate").url == result.url
    assert "finished the batch “Deactivate”: 1 done, 0 skipped" in log.text
    assert "Olive Owner deactivated Ann Berg" in log.text


def test_pages_take_the_same_number_of_statements_at_any_length(page, scope, make_user, statements):
    def measure(name):
        batch = batches.begin(scope, "deactivate", {}, UserSearch(q=name))
        batches.finish_small(scope, batch)
        counts = []
        for address in (f"/batches/{batch.id}", "/batches"):
            page(address)
            with statements() as log:
                page(address)
            counts.append(len(log))
        return counts

    def people(name, count):
        for _ in range(count):
            make_user(given_name=name)
            make_user(given_name=name, state="inactive")

    people("Few", 1)
    few = measure("few")
    people("Many", 20)
    many = measure("many")

    assert many == few == [10, 5]


def test_the_question_takes_the_same_number_of_statements_for_any_number_of_people(page, apply, make_user, statements):
    def measure(address):
        form = page(address).form("batch").fill(action="Deactivate", user=_ids(page(address)))
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


def test_a_person_erased_since_keeps_the_line_without_the_name(page, scope, make_user):
    person = make_user(given_name="Ann", family_name="Berg")
    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(person.id,)))
    batches.finish_small(scope, batch)
    erasure.erase(scope, person.id)

    shown = page(f"/batches/{batch.id}")

    assert "Ann" not in shown.text
    assert "Erased person" in names(shown, "done")
    assert batches.find_items(scope, batch, SKIPPED).total == 0


def _ids(screen):
    return [box.get("value") for box in screen.tree.find_all("input", name="user")]


def _all(screen):
    """The people of a list, as far as ``apply`` needs them."""

    class Chosen:
        def __init__(self, id_):
            self.id = id_

    return [Chosen(id_) for id_ in _ids(screen)]


def test_with_nobody_left_the_only_way_is_back(page, apply, make_user):
    check = apply(page, "Activate", [make_user(), make_user()])

    assert "Nobody is left to do it to." in check.text
    assert not check.tree.find("main").find_all("button")
    assert check.follow("Back to people").url.startswith("/users")

"""Batches: what is chosen, what is done, what is skipped and why."""

import pytest
from msgspec.structs import replace

from scimapp.directory import audit_log
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.batches import batch_undo, batches
from scimapp.directory.batches.batch_people import foresee
from scimapp.directory.batches.batch_registry import Skipped
from scimapp.directory.batches.batch_runs import FINISHED, SKIPPED
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import Conflict, InvalidValue, NotInAccount, RoleNeeded
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list.search import UserSearch
from scimapp.directory.words import packed, say, unpacked
from tests.support.databases import on_both

from .begun import chosen, now, run


def reasons(scope, batch):
    """``{name: reason}`` of who was skipped."""
    return {row.item.label: row.reason for row in batches.find_items(scope, batch, SKIPPED, per_page=100).items}


def test_who_can_be_reached_is_and_the_others_are_told_why(scope, account, make_user):
    people = [make_user() for _ in range(3)]
    off = make_user(state="inactive", given_name="Off", family_name="Already")

    batch = run(scope, batches.begin(scope, "deactivate", {}, chosen(*people, off, account.owner)))

    assert (batch.state, batch.total, batch.done, batch.skipped) == (FINISHED, 5, 3, 2)
    assert not any(now(scope, person).active for person in people)
    assert reasons(scope, batch) == {
        "Off Already": "Already inactive.",
        account.owner.display_name: "This is the Account Owner.",
    }


def test_a_batch_reaches_everybody_whom_a_filter_finds_at_the_time(scope, make_user):
    for _ in range(2):
        make_user(given_name="Findme")
    selection = UserSearch(q="findme")
    asked = foresee(scope, "deactivate", {}, selection).mark
    make_user(given_name="Findme")

    with pytest.raises(batches.SelectionChanged, match="there are 3 now") as changed:
        batches.begin(scope, "deactivate", {}, selection, expected=asked)
    asked = foresee(scope, "deactivate", {}, selection).mark
    batch = run(scope, batches.begin(scope, "deactivate", {}, selection, expected=asked))

    assert changed.value.total == 3
    assert batch.done == 3
    assert batches.find(scope).total == 1  # what was refused left nothing behind


def test_as_many_others_are_asked_about_again(scope, make_user):
    """Only the number was compared: whoever had come in place of somebody was deactivated and not asked about."""
    leaving, _staying = make_user(given_name="Findme"), make_user(given_name="Findme")
    selection = UserSearch(q="findme")
    asked = foresee(scope, "deactivate", {}, selection).mark
    users.update(scope, leaving.id, UserChanges(core={"displayName": "Gone", "name": None}))
    come = make_user(given_name="Findme")

    with pytest.raises(batches.SelectionChanged, match="Other people match now"):
        batches.begin(scope, "deactivate", {}, selection, expected=asked)
    assert now(scope, come).active


@on_both
def test_two_others_whose_numbers_have_the_same_sum_are_asked_about_again(scope, make_user):
    people = [make_user(given_name=name) for name in ("Findme", "Other", "Other", "Findme")]
    selection = UserSearch(q="findme")
    asked = foresee(scope, "deactivate", {}, selection).mark
    assert people[0].seq + people[3].seq == people[1].seq + people[2].seq
    for person, name in zip(people, ("Other", "Findme", "Findme", "Other"), strict=True):
        users.update(scope, person.id, UserChanges(core={"displayName": name, "name": None}))

    with pytest.raises(batches.SelectionChanged, match="Other people match now"):
        batches.begin(scope, "deactivate", {}, selection, expected=asked)
    asked = foresee(scope, "deactivate", {}, selection).mark
    assert run(scope, batches.begin(scope, "deactivate", {}, selection, expected=asked)).done == 2


def test_nobody_and_nothing_are_refused(scope, make_user):
    with pytest.raises(batches.NobodyChosen):
        batches.begin(scope, "deactivate", {}, UserSearch(q="nobody of this name"))
    with pytest.raises(InvalidValue):
        batches.begin(scope, "dance", {}, chosen(make_user()))


def test_members_begin_no_batch_and_read_none(scope, make_user):
    member = person_scope(make_user())
    batch = batches.begin(scope, "deactivate", {}, chosen(make_user()))

    for attempt in (
        lambda: batches.begin(member, "deactivate", {}, chosen(make_user())),
        lambda: batches.get(member, batch.id),
        lambda: batches.find(member),
        lambda: batch_undo.undo(member, batch.id),
        lambda: batches.stop(member, batch.id),
    ):
        with pytest.raises(RoleNeeded):
            attempt()


def test_a_refusal_takes_back_its_own_item_and_no_other(scope, make_user, noting):
    people = [make_user(given_name=name, family_name="X") for name in ("Ann", "Bob", "Cid")]
    noting.fails = {"Bob X": Skipped(say("Not %(name)s.", name="Bob")), "Cid X": ZeroDivisionError("a bug")}

    batch = run(scope, batches.begin(scope, "noting", {}, chosen(*people)))

    assert (batch.done, batch.skipped) == (1, 2)
    told = reasons(scope, batch)
    assert told["Bob X"] == "Not Bob."
    assert told["Bob X"].template == "Not %(name)s."
    assert told["Cid X"] == "Something unexpected happened. The server's log tells what."


def test_somebody_who_loses_the_role_meanwhile_does_no_more(scope, make_user, noting):
    admin = make_user(role="super_admin", given_name="Sue", family_name="Admin")
    batch = batches.begin(person_scope(admin), "noting", {}, chosen(*[make_user() for _ in range(3)]))
    users.deactivate(scope, admin.id)

    batch = run(scope, batch)

    assert (batch.state, batch.done, batch.skipped) == (FINISHED, 0, 3)
    assert set(reasons(scope, batch).values()) == {"Sue Admin may not do this any more."}


def test_a_weaker_role_is_the_one_that_counts(scope, make_user):
    admin = make_user(role="super_admin")
    strong, weak = make_user(role="super_admin"), make_user()
    batch = batches.begin(person_scope(admin), "deactivate", {}, chosen(strong, weak))
    users.update(scope, admin.id, UserChanges(role="user_admin"))

    batch = run(scope, batch)

    assert (batch.done, batch.skipped) == (1, 1)
    assert reasons(scope, batch) == {
        strong.display_name: "Only Super Admins and the Account Owner can change a Super Admin."
    }


def test_the_record_names_the_batch_and_sums_it_up_once(scope, make_user):
    person = make_user()
    asking = replace(scope, request_id="req-1", address="192.0.2.7", agent="Browser")

    batch = run(scope, batches.begin(asking, "deactivate", {}, chosen(person)))

    summary, entry = audit_log.find(scope, AuditSearch(batch=batch.id)).items
    assert (entry.event, entry.target_id, entry.request_id, entry.address, entry.agent) == (
        "person deactivated", person.id, "req-1", "192.0.2.7", "Browser",
    )  # fmt: skip
    assert (summary.event, summary.target_id, summary.target_label) == ("batch finished", batch.id, "Deactivate")
    assert {change["field"]: change["after"] for change in summary.changes} == {"done": 1, "left out": 0}


def test_a_stopped_batch_leaves_the_rest_alone(scope, make_user):
    people = [make_user() for _ in range(3)]
    batch = batches.begin(scope, "deactivate", {}, chosen(*people))

    batches.stop(scope, batch.id)

    batch = batches.get(scope, batch.id)
    assert (batch.state, batch.done, batch.skipped) == (FINISHED, 0, 3)
    assert set(reasons(scope, batch).values()) == {"Stopped by Olive Owner."}
    assert all(now(scope, person).active for person in people)


def test_rows_of_a_file_wait_for_their_start(scope, account, noting):
    rows = [
        {"line": 2, "label": "Ann", "outcome": "new", "content": {"email": "a@x.example"}},
        {"line": 3, "label": "Bob", "outcome": "same"},
        {"line": 4, "label": "", "outcome": "skipped", "reason": packed(say("Line %(line)s is empty.", line=4))},
    ]
    batch = batches.add_rows(scope, "noting", {}, rows)
    run(scope, batch)
    assert noting.seen == []
    assert batches.find(scope).total == 0

    batch = run(scope, batches.start(scope, batch.id, outcomes=("new", "update")))

    assert noting.seen == ["Ann"]
    assert (batch.total, batch.done, batch.skipped) == (3, 1, 2)
    assert [row.reason for row in batches.find_items(scope, batch, SKIPPED).items] == [None, "Line 4 is empty."]
    with pytest.raises(Conflict):
        batches.start(scope, batch.id, outcomes=("new",))


def test_many_people_are_taken_up_in_a_constant_number_of_statements(scope, make_user, statements):
    for _ in range(3):
        make_user(given_name="Few")
    with statements() as few:
        batches.begin(scope, "deactivate", {}, UserSearch(q="few"))
    for _ in range(30):
        make_user(given_name="Many")
    with statements() as many:
        batch = batches.begin(scope, "deactivate", {}, UserSearch(q="many"))

    assert batch.total == 30
    assert len(many) == len(few) <= 8


def test_another_accounts_batches_and_people_are_out_of_reach(scope, other_account):
    theirs = batches.begin(other_account.scope, "deactivate", {}, chosen(other_account.make_user()))

    with pytest.raises(NotInAccount):
        batches.get(scope, theirs.id)
    with pytest.raises(batches.NobodyChosen):
        batches.begin(scope, "deactivate", {}, chosen(other_account.make_user()))


@pytest.mark.parametrize(
    "text",
    [
        say("Plain."),
        say("Hello %(name)s, %(number)s.", name="Ann", number=3),
        say("%(role)s", role=say("User Admin")),
        "no sentence, 100 %",
    ],
)
def test_a_kept_sentence_comes_back_as_it_was(text):
    back = unpacked(packed(text))

    assert back == text
    assert getattr(back, "template", None) == getattr(text, "template", None)
    assert getattr(back, "values", None) == getattr(text, "values", None)

"""What SQLite reads for a change, and for whom it is about (see ``tests/support/sqlite_plans``).

Four had gone wrong: bringing somebody back read all removed people, ending a link all mails that wait, erasing somebody
all mails, logging calls everybody.
"""

import re

import pytest

from scimapp.database import db
from scimapp.directory.accounts import seats
from scimapp.directory.batches import batch_people, batches
from scimapp.directory.calls import call_log
from scimapp.directory.erasure import erasure
from scimapp.directory.groups import groups, role_rules
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import unit_of_work
from scimapp.directory.user_list.search import UserSearch
from tests.scim_api.bodies import create, person
from tests.support.sqlite_plans import lines, plans

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
# A search that begins in a large table and is narrowed by the account alone, or by what may be true of all its rows.
_MANY = re.compile(
    r"(SEARCH|SCAN) ((users|outbox_mails|memberships)\b(?!.*\(rowid)(?!.*account_id=\? AND (?!state|connection_id=\?\)))"
    r"|indexed_values\b(?!.*\((user_seq=|path_number=\? AND )))"
)


def test_changing_one_person_reads_nobody_else(account, scim, scope, statements, make_user):
    invited, member, erased = make_user(state="invited"), make_user(), make_user()
    theirs, gone = create(scim, person()), create(scim, person())
    db.session.close()

    with statements() as log:
        for each in (invited, member):
            users.deactivate(scope, each.id)
            users.activate(scope, each.id)
        moved = {"userName": "new@x.example", "emails": [{"value": "new@x.example", "primary": True}]}
        assert scim.patch(f"/Users/{theirs['id']}", replace=moved).status_code == 200
        assert scim.delete(f"/Users/{gone['id']}").status_code == 204
        back = create(scim, person(userName=gone["userName"]))
        users.deactivate(scope, erased.id)
        erasure.erase(scope, erased.id)

    assert back["id"] != gone["id"]
    assert [found for found in plans(log) if _MANY.search(found[1])] == []
    assert any("ix_users_removed" in line for line in lines(log, "users"))
    assert any("ix_outbox_mails_user" in line for line in lines(log, "outbox_mails"))


def test_logging_calls_reads_whom_they_were_about(scim, statements):
    here, gone = create(scim, person()), create(scim, person())
    assert scim.get(f"/Users/{here['id']}").status_code == 200
    assert scim.delete(f"/Users/{gone['id']}").status_code == 204

    with statements() as log:
        assert call_log.flush() == 4

    assert [found for found in plans(log) if _MANY.search(found[1])] == []
    by = [line.partition("(")[2] for line in lines(log, "users")]
    assert by == ["account_id=? AND scim_id=?)", "account_id=? AND id=?)"]
    entries = lines(log, "audit_entries")
    assert entries
    assert all("ix_audit_entries_request" in line for line in entries)


def test_a_group_that_goes_reads_no_members_of_others(scope, statements, make_group, make_user):
    made, _other = make_group(members=[make_user()]), make_group(members=[make_user()])

    with statements() as log:
        groups.remove(scope, made.id)

    assert [line for line in lines(log, "memberships") if line.endswith("(account_id=?)")] == []


def test_people_whose_roles_follow_a_group_are_looked_up(scope, statements, make_group, make_user):
    people = [make_user() for _ in range(25)]
    made = make_group(members=people)

    with statements() as log:
        role_rules.set_rule(scope, made.id, "user_admin")

    assert [line for line in lines(log, "users") if "ix_users_list" in line] == []
    assert {users.get(scope, each.id).role for each in people} == {"user_admin"}


def test_a_directory_that_finds_no_seat_reads_no_record_of_others(scope, statements, make_user):
    person = make_user()

    with statements() as log, unit_of_work(scope) as work:
        seats.miss(work, person.id, "Ann")

    assert lines(log, "audit_entries") == [
        "SEARCH audit_entries USING INDEX ix_audit_entries_target (account_id=? AND target_id=?)"
    ]


def test_people_ticked_for_a_batch_are_looked_up_by_their_ids(scope, statements, make_user):
    """In the order of names everybody was walked for them: 150 ms of 100,000 people."""
    ticked = UserSearch(ids=tuple(make_user().id for _ in range(30)))

    with statements() as log:
        forecast = batch_people.foresee(scope, "deactivate", {}, ticked)
        batch = batches.begin(scope, "deactivate", {}, ticked)

    assert (forecast.total, batch.total) == (30, 30)
    named = [statement for statement in log if "users.id IN" in statement]
    assert len(named) == 3
    read = lines(named, "users")
    assert read and all(line.endswith("(account_id=? AND id=?)") for line in read)


@pytest.mark.parametrize("few, index", [
    ({"state": "invited"}, "ix_users_state (account_id=? AND state=?)"),
    ({"state": "inactive", "role": "member"}, "ix_users_state (account_id=? AND state=?)"),
    ({"role": "user_admin"}, "ix_users_role (account_id=? AND role=?)"),
])  # fmt: skip
def test_the_few_of_a_state_or_a_role_are_found_for_a_batch_and_sorted(scope, statements, make_user, few, index):
    """In the order of names, the row of everybody was read for them while others wait to write."""
    make_user(**few)

    with statements() as log:
        batch_people.foresee(scope, "invite", {}, UserSearch(**few))
        batches.begin(scope, "invite", {}, UserSearch(**few))

    named = [statement for statement in log if "ORDER BY" in statement and "users.display_name" in statement]
    assert {line for line in lines(named, "users") if "SEARCH" in line} == {f"SEARCH users USING INDEX {index}"}
    assert any("INSERT" in statement for statement in named)


def test_no_statistics_change_what_is_planned_here(app):
    assert (
        db.session.connection().exec_driver_sql("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").first()
        is None
    )

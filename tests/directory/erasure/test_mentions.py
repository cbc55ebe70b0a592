"""Where the logs speak of somebody who is erased: read before anybody has to wait, and again as far as more has come since."""

import pytest
from sqlalchemy import event, insert, select

from scimapp import database
from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.batches import batches
from scimapp.directory.calls import call_log, call_naming
from scimapp.directory.changes import GroupDraft, UserChanges
from scimapp.directory.erasure import erasure, mentions
from scimapp.directory.groups import groups
from scimapp.directory.people import users
from tests.scim_api.bodies import GROUP, create
from tests.scim_api.bodies import person as body_of
from tests.scim_api.call_log.kept_calls import bodies, logged
from tests.support.people import seen_by_scim

from .test_erasure import every_text

ADDRESS, NEW = "quilla@acme.example", "quilla.quillfeather@acme.example"


@pytest.fixture
def gone(okta_scope, make_user):
    """Somebody inactive who was in a group and is the manager of somebody."""
    person = make_user(by=okta_scope, given_name="Quilla", family_name="Quillfeather", email=ADDRESS)
    name_in_records(okta_scope, make_user, person, "Sales")
    users.update(okta_scope, person.id, UserChanges(active=False))
    return person


def name_in_records(okta_scope, make_user, person, group, address=ADDRESS):
    """Let the audit log of others name a person, and a batch."""
    row = {"line": 2, "label": "Bo", "outcome": "new", "content": {"cells": ["Bo", address]}}
    batches.add_rows(okta_scope, "import", {"file": "people.csv"}, [row])
    groups.create(okta_scope, GroupDraft(group, member_ids=(person.scim_id,)))
    users.update(okta_scope, make_user(by=okta_scope).id, UserChanges(enterprise={"manager": {"value": address}}))


def left():
    """The tables that still name the person."""
    db.session.commit()
    return {table for table, text in every_text() if "quilla" in text.lower()}


def erase_elsewhere(scope, person, monkeypatch):
    """Erase a person in a process that does not know of calls that wait in this one."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(call_log, "flush", lambda: 0)
        erasure.erase(scope, person.id)


def bulk(scim, *operations):
    listed = [{"method": method, "path": path, "bulkId": "b", "data": data} for method, path, data in operations]
    return scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": listed})


def say_much(scim, gone):
    """Have a directory name somebody in calls that are about nobody, about others, and about many."""
    member = {"value": gone.scim_id, "display": "Quilla"}
    team = scim.post("/Groups", {"schemas": [GROUP], "displayName": "Kitchen", "members": [member]}).json
    scim.patch(f"/Groups/{team['id']}", add={"members": [member]})
    scim.get("/Users", filter=f'userName eq "{NEW}"')
    scim.get("/Users", filter=f'not (userName eq "{ADDRESS.title()}") and active eq true')
    scim.get("/Users", filter='externalId eq "00uQUILLA"')
    scim.get("/Users")
    scim.get(f"/Users/{ADDRESS}")
    scim.post("/Users", body_of("Bo", "Berg", emails=[{"value": ADDRESS, "type": "work"}], title=7))
    bulk(
        scim,
        ("POST", "/Users", body_of("Bo", "Berg", userName="bo@acme.example")),
        ("PATCH", f"/Users/{gone.scim_id}", {"Operations": []}),
    )
    bulk(scim, ("POST", "/Users", body_of("Quilla", "Quillfeather", userName=ADDRESS.upper())))


@pytest.fixture
def under_lock(app):
    """The statements of SQLAlchemy that run while others may have to wait."""
    found = []

    def note(_connection, _cursor, statement, *_):
        if database.is_writing():
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_nobody_waits_while_what_is_there_is_looked_through(gone, scope, clock, under_lock):
    clock.advance(days=1)

    erasure.erase(scope, gone.id)

    of_others = [text for text in under_lock if "target_id = " not in text]
    looking = [text for text in of_others if any(f"{name} AS TEXT" in text for name in ("changes", "facts", "content"))]
    assert (looking, left()) == ([], set())


@pytest.mark.parametrize("step", [1, 3])
def test_a_long_log_is_looked_through_in_steps(gone, scope, clock, monkeypatch, step):
    monkeypatch.setattr(mentions, "STEP", step)
    clock.advance(days=1)

    erasure.erase(scope, gone.id)

    assert left() == set()


@pytest.mark.parametrize("days", [0, 1])
def test_what_is_written_after_the_look_is_erased_as_well(gone, scope, okta_scope, make_user, clock, monkeypatch, days):
    look = mentions.look

    def look_and_go_on(*arguments):
        looked = look(*arguments)
        name_in_records(okta_scope, make_user, gone, "Kitchen")
        return looked

    monkeypatch.setattr(mentions, "look", look_and_go_on)
    clock.advance(days=days)

    erasure.erase(scope, gone.id)

    assert left() == set()


def test_calls_that_wait_to_be_written_are_erased_as_well(scope, account):
    scim = account.scim("okta")
    made = create(scim, body_of("Quilla", "Quillfeather", userName=ADDRESS))
    scim.patch(f"/Users/{made['id']}", replace={"active": False})
    scim.get("/Users", filter=f'userName eq "{ADDRESS}"')

    erasure.erase(scope, seen_by_scim(scope, made["id"]).id)
    call_log.flush()

    assert left() == set()


def test_calls_about_the_person_that_wait_in_another_process_are_written_without_what_was_erased(
    scope, account, monkeypatch, clock
):
    scim = account.scim("okta")
    made = create(scim, body_of("Quilla", "Quillfeather", userName=ADDRESS))
    where = f"/Users/{made['id']}"
    scim.patch(where, replace={"nickName": "Quilla"})
    scim.get("/Users", filter=f'userName eq "{ADDRESS}"')
    scim.patch(where, replace={"active": False})

    erase_elsewhere(scope, seen_by_scim(scope, made["id"]), monkeypatch)
    clock.advance(seconds=2)
    scim.patch(where, replace={"displayName": "Somebody new"})
    calls = logged(account)

    assert left() == set()
    assert [call.target_label for call in calls] == [erasure.ERASED] * 5
    assert [call.operation for call in calls[1:]] == ["deactivate", "find", "update", "create"]
    assert [bodies(account, call) is None for call in calls] == [False, True, True, True, True]


def test_whatever_a_directory_said_of_the_person_goes_and_what_it_said_of_others_stays(
    gone, scope, okta_scope, account, clock
):
    scim = account.scim("okta")
    users.update(
        okta_scope, gone.id, UserChanges(core={"emails": [{"value": ADDRESS}, {"value": NEW}]}, external_id="00uQUILLA")
    )
    bulk(scim, ("POST", "/Users", body_of("Zoe", "Berg", userName="zoe@acme.example")))
    say_much(scim, gone)
    clock.advance(days=1)

    erasure.erase(scope, gone.id)

    calls = logged(account)
    assert left() == set()
    assert [call.operation for call in calls[:2]] == ["bulk", "bulk"]
    assert "zoe@acme.example" in bodies(account, calls[-1]).request


def test_whatever_waits_in_another_process_is_written_without_what_it_says(gone, scope, account, monkeypatch):
    scim = account.scim("okta")
    say_much(scim, gone)

    erase_elsewhere(scope, gone, monkeypatch)
    calls = logged(account)

    assert left() == set()
    assert {call.operation for call in calls} == {"bulk", "create", "find", "list", "read", "update"}
    assert {call.target_label for call in calls if call.target_kind == "group"} == {"Kitchen"}


def test_who_has_read_names_before_somebody_is_erased_writes_none_of_them(scope, account, monkeypatch):
    scim = account.scim("okta")
    made = create(scim, body_of("Quilla", "Quillfeather", userName=ADDRESS))
    scim.patch(f"/Users/{made['id']}", replace={"active": False})
    scim.get("/Users", filter=f'userName eq "{ADDRESS}"')
    person, complete = seen_by_scim(scope, made["id"]), call_naming.complete

    def complete_and_erase(*arguments):
        complete(*arguments)
        erase_elsewhere(scope, person, monkeypatch)

    monkeypatch.setattr(call_naming, "complete", complete_and_erase)

    assert [call.target_label for call in logged(account)] == [erasure.ERASED] * 3
    assert left() == set()


def test_numbers_that_stand_far_apart_are_no_reason_to_look_where_nothing_is(gone, scope, clock, statements):
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.changes.is_not(None)).limit(1)).one()
    copied = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
    db.session.execute(insert(AuditEntry), copied | {"seq": 10**8})
    db.session.commit()
    clock.advance(days=1)

    with statements() as log:
        erasure.erase(scope, gone.id)

    assert len([text for text in log if "changes AS TEXT" in text]) < 5
    assert left() == set()


def test_who_has_another_address_since_the_look_is_looked_for_again(
    gone, scope, okta_scope, make_user, clock, monkeypatch
):
    look = mentions.look
    name_in_records(okta_scope, make_user, gone, "Kitchen", NEW)
    clock.advance(days=1)

    def look_and_move(*arguments):
        looked = look(*arguments)
        users.update(okta_scope, gone.id, UserChanges(core={"emails": [{"value": NEW, "primary": True}]}))
        return looked

    monkeypatch.setattr(mentions, "look", look_and_move)

    erasure.erase(scope, gone.id)

    assert left() == set()

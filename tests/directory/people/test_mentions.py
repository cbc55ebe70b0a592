"""Where the logs speak of somebody who is erased: read before anybody has to wait, and again as far as more has come since."""

import pytest
from sqlalchemy import event

from scimapp import database
from scimapp.database import db
from scimapp.directory.calls import call_log
from scimapp.directory.changes import GroupDraft, UserChanges
from scimapp.directory.groups import groups
from scimapp.directory.people import erasure, mentions, users
from tests.scim_api.bodies import create
from tests.scim_api.bodies import person as body_of
from tests.scim_api.kept_calls import bodies, logged

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
    """Let the audit log of others name a person."""
    groups.create(okta_scope, GroupDraft(group, member_ids=(person.scim_id,)))
    users.update(okta_scope, make_user(by=okta_scope).id, UserChanges(enterprise={"manager": {"value": address}}))


def left():
    """The tables that still name the person."""
    db.session.commit()
    return {table for table, text in every_text() if "quilla" in text.lower()}


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

    looking = [text for text in under_lock if "changes AS TEXT" in text or "facts AS TEXT" in text]
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

    erasure.erase(scope, users.get_visible(scope, made["id"]).id)
    call_log.flush()

    assert left() == set()


def test_calls_about_the_person_that_wait_in_another_process_are_written_without_what_was_erased(
    scope, account, monkeypatch
):
    scim = account.scim("okta")
    made = create(scim, body_of("Quilla", "Quillfeather", userName=ADDRESS))
    where = f"/Users/{made['id']}"
    scim.patch(where, replace={"nickName": "Quilla"})
    scim.get("/Users", filter=f'userName eq "{ADDRESS}"')
    scim.patch(where, replace={"active": False})

    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(call_log, "flush", lambda: 0)
        erasure.erase(scope, users.get_visible(scope, made["id"]).id)
    scim.patch(where, replace={"displayName": "Somebody new"})
    calls = logged(account)

    assert left() == set()
    assert [call.target_label for call in calls] == [erasure.ERASED] * 5
    assert [call.operation for call in calls[1:]] == ["deactivate", "find", "update", "create"]
    assert [bodies(account, call) is None for call in calls] == [False, True, True, True, True]


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

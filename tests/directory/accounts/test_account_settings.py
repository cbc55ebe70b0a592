"""Settings of an account: who may change them, what is accepted, and that each of them acts."""

from datetime import timedelta

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.accounts import account_settings, accounts
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.calls import call_log, call_retention
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import InvalidValue, RoleNeeded
from scimapp.directory.links import invitations
from scimapp.directory.model import ScimCall, ScimCallBody
from scimapp.directory.outbox import outbox
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from tests.support.mails import newest_mails


def test_account_settings_are_for_administrators_and_security_for_the_strongest(make_user):
    member, admin = person_scope(make_user()), person_scope(make_user(role="user_admin"))

    with pytest.raises(RoleNeeded):
        account_settings.change_account(member, name="Mine")
    with pytest.raises(RoleNeeded):
        account_settings.change_security(admin, seat_limit=1)
    assert account_settings.change_account(admin, name=" Acme Foods ").name == "Acme Foods"


@pytest.mark.parametrize("change, values", [
    ("change_account", {"name": " "}),
    ("change_account", {"name": "x" * 121}),
    ("change_account", {"name": "Ac\nme"}),
    ("change_account", {"language": "klingon"}),
    ("change_account", {"invitation_days": 0}),
    ("change_account", {"invitation_days": 31}),
    ("change_account", {"reply_to": "nobody"}),
    ("change_account", {"reply_to": "a@b.example\nBcc: c@d.example"}),
    ("change_account", {"reply_to": "a..b@corp.example"}),
    ("change_account", {"reply_to": "help@corp.example."}),
    ("change_account", {"reply_to": "a;b@corp.example"}),
    ("change_account", {"reply_to": "=?utf-8?q?x?=@corp.example"}),
    ("change_account", {"reply_to": f"a@{64 * 'x'}.example"}),
    ("change_security", {"session_hours": 0}),
    ("change_security", {"session_hours": 169}),
    ("change_security", {"seat_limit": 0}),
    ("change_security", {"over_seats": "perhaps"}),
    ("change_security", {"log_days": None}),
    ("change_security", {"log_days": 10, "log_body_days": 11}),
], ids=str)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_name(scope, change, values):
    with pytest.raises(InvalidValue) as refused:
        getattr(account_settings, change)(scope, **values)

    assert refused.value.attribute in values


def test_a_change_is_recorded_with_what_it_was(scope):
    account_settings.change_security(scope, seat_limit=50, over_seats="refuse")
    account_settings.change_security(scope, seat_limit=50)

    (entry,) = audit_log.find(scope, AuditSearch(what="settings changed")).items
    assert entry.changes == [{"field": "seat_limit", "before": None, "after": 50}]


@pytest.mark.parametrize("days, expected", [(3, 3), (None, 5)])
def test_invitations_work_for_as_long_as_the_account_says_or_else_the_server(scope, make_user, days, expected):
    invitations.install(5)
    account_settings.change_account(scope, invitation_days=days)

    invitation = invitations.latest(scope, make_user(state="invited"))

    assert invitation.expires_at - invitation.created_at == timedelta(days=expected)


def test_mails_are_answered_where_and_written_how_the_account_says(scope, make_user):
    account_settings.change_account(scope, reply_to="people@acme.example", language="de")
    make_user(state="invited")

    material = outbox.material(newest_mails(scope).items[0])

    assert (material.reply_to, material.language) == ("people@acme.example", "de")


def test_a_person_speaks_the_language_of_the_account_or_their_own(scope, make_user):
    person = make_user()
    secret = sessions.start(person, "192.0.2.1", "")
    account_settings.change_account(scope, language="de")

    assert sessions.find(secret).language == "de"


def test_sessions_are_never_longer_than_the_account_or_the_server_says(scope, make_user, clock):
    person = make_user()

    def lasts(hours):
        secret = sessions.start(person, "192.0.2.1", "", timedelta(hours=4))
        clock.advance(hours=hours)
        return sessions.find(secret, timedelta(days=9)) is not None

    assert (lasts(3.9), lasts(4.1)) == (True, False)
    account_settings.change_security(scope, session_hours=2)
    assert (lasts(1.9), lasts(2.1)) == (True, False)
    account_settings.change_security(scope, session_hours=100)
    assert (lasts(3.9), lasts(4.1)) == (True, False)


def test_a_shorter_session_ends_those_that_are_open(scope, make_user, clock):
    person = make_user()
    secret = sessions.start(person, "192.0.2.1", "", timedelta(hours=12))
    clock.advance(hours=3)
    assert sessions.list_open(scope, person)

    account_settings.change_security(scope, session_hours=3)

    assert sessions.find(secret, timedelta(hours=12)) is None
    assert sessions.list_open(scope, person) == []


@pytest.mark.usefixtures("empty_database")  # or the accounts of all tests before would be looked through, too
def test_calls_and_bodies_go_when_the_account_says(scope, account, scim, clock):
    scim.get("/Users")
    call_log.flush()
    account_settings.change_security(scope, log_days=10, log_body_days=5)

    kept = []
    for days in (4, 2, 5):
        clock.advance(days=days)
        call_retention.prune()
        kept.append((_count(scope, ScimCallBody), _count(scope, ScimCall)))

    assert kept == [(1, 1), (0, 1), (0, 0)]


def test_a_lower_limit_ends_nobodys_access(scope, make_user):
    people = [make_user() for _ in range(3)]
    account_settings.change_security(scope, seat_limit=1)

    assert all(users.get(scope, person.id).active for person in people)
    users.update(scope, people[0].id, UserChanges(core={"title": "Lead"}))
    assert accounts.get(scope.account_id).seat_limit == 1


def _count(scope, table):
    return len(db.session.scalars(scope.select(table)).all())

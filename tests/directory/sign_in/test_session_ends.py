"""What ends a session. Several marks stand for one another: each of them alone closes it, and a deactivation leaves all."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory import clock as time
from scimapp.directory.accounts import account_settings
from scimapp.directory.model import User, UserSession
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions


@pytest.fixture
def zoe(make_user):
    return make_user()


@pytest.fixture
def secret(zoe):
    return sessions.start(zoe, "198.51.100.7", "Browser")


def set_of(model, row, **values):
    """Change a row and nothing around it."""
    number = User.seq if model is User else UserSession.user_seq
    db.session.execute(update(model).where(model.account_id == row.account_id, number == row.seq).values(**values))
    db.session.commit()


@pytest.mark.parametrize(
    "model, values",
    [
        (User, {"active": False}),
        (User, {"scim_id": None}),
        (User, {"session_epoch": User.session_epoch + 1}),
        (UserSession, {"ended_at": time.now()}),
        (UserSession, {"expires_at": time.now() - timedelta(seconds=1)}),
        (UserSession, {"last_seen_at": time.now() - timedelta(minutes=61)}),
    ],
    ids=["inactive", "removed", "epoch", "ended", "expired", "idle"],
)
def test_each_mark_alone_closes_a_session(zoe, secret, model, values):
    assert sessions.find(secret).id == zoe.id

    set_of(model, zoe, **values)

    assert sessions.find(secret) is None


@pytest.mark.parametrize("end", [users.deactivate, users.remove])
def test_whoever_loses_access_loses_sessions_by_every_mark(scope, okta_scope, zoe, secret, end):
    before = zoe.session_epoch

    end(okta_scope, zoe.id)

    (session,) = db.session.scalars(scope.select(UserSession).where(UserSession.user_seq == zoe.seq)).all()
    assert session.ended_at is not None
    assert db.session.scalar(scope.select(User, User.session_epoch).where(User.seq == zoe.seq)) > before


def test_a_session_does_not_come_back_with_its_person(scope, zoe, secret):
    users.deactivate(scope, zoe.id)
    users.activate(scope, zoe.id)

    assert users.get(scope, zoe.id).active
    assert sessions.find(secret) is None


def test_a_session_is_ended_by_its_whole_name_and_by_its_own_person_alone(scope, zoe, secret):
    (shown,) = sessions.list_open(person_scope(zoe), zoe)

    for name in ("", shown.id[:1], shown.id[:-1], f"{shown.id}0", "%" * len(shown.id), "_" * len(shown.id)):
        assert not sessions.end_one(person_scope(zoe), name), name
    assert not sessions.end_one(scope, shown.id)  # the owner's
    assert sessions.find(secret) is not None

    assert sessions.end_one(person_scope(zoe), shown.id)
    assert sessions.find(secret) is None


def test_a_session_that_began_too_long_ago_is_not_among_the_open_ones(scope, zoe, secret, clock):
    clock.advance(minutes=59)
    assert len(sessions.list_open(scope, zoe)) == 1

    account_settings.change_security(scope, session_hours=1)
    assert len(sessions.list_open(scope, zoe)) == 1
    clock.advance(minutes=1)

    assert sessions.list_open(scope, zoe) == []


@pytest.mark.parametrize("over", [{"minutes": 61}, {"hours": 13}], ids=["idle", "ended"])
def test_a_session_that_was_refused_stays_so_if_the_clock_is_set_back(secret, clock, over):
    clock.advance(**over)
    assert sessions.find(secret) is None
    db.session.rollback()

    clock.advance(**{unit: -number for unit, number in over.items()})

    assert sessions.find(secret) is None


def test_that_somebody_is_active_is_noted_once_a_minute(scope, zoe, secret, clock):
    (began,) = sessions.list_open(scope, zoe)
    clock.advance(seconds=59)
    assert sessions.find(secret)
    db.session.rollback()
    assert sessions.list_open(scope, zoe)[0].last_seen_at == began.last_seen_at

    clock.advance(seconds=1)
    assert sessions.find(secret)
    db.session.rollback()

    assert sessions.list_open(scope, zoe)[0].last_seen_at > began.last_seen_at

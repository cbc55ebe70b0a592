"""That tests enter as the product lets people in."""

from flask import session
from sqlalchemy import inspect

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.events import SignedIn
from scimapp.directory.model import Account, UserSession
from scimapp.web.entering import begin
from tests.support.databases import EXTERNAL_URL, on_both
from tests.support.entering import session_cookie

AGENT = "Mozilla/5.0"
OWN = {"id_hash", "id", "seq", "request_id"}  # each has its own; ``at`` and the like are moments


@on_both
def test_a_session_made_for_a_test_is_as_one_after_a_password(app, account):
    db.session.get(Account, account.id).session_hours = 3
    db.session.commit()
    person = account.make_user(role="user_admin")
    _, value = session_cookie(app, person, "198.51.100.7", AGENT)
    made = app.session_interface.get_signing_serializer(app).loads(value), *left_by(account, person)
    environ = {"REMOTE_ADDR": "198.51.100.7", "HTTP_USER_AGENT": AGENT}
    with app.test_request_context("/sign-in", base_url=EXTERNAL_URL, environ_overrides=environ):
        begin(person)
        kept = dict(session)
    begun = kept, *left_by(account, person)

    drawn = {"_user_id": 0, "csrf_token": 0}
    assert {**made[0], **drawn} == {**begun[0], **drawn}
    assert all(len(made[0][name]) == len(begun[0][name]) for name in drawn)
    assert made[1:] == begun[1:]


def left_by(account, person):
    """The newest session and entry of the log, as far as they do not say which, and whether the person has signed in."""
    db.session.close()
    sessions = account.scope.select(UserSession).where(UserSession.user_seq == person.seq)
    entries = account.scope.select(AuditEntry).where(AuditEntry.event == SignedIn.name)
    begun, entry = db.session.scalars(sessions).all(), db.session.scalars(entries).all()
    return told(begun[-1]), told(entry[-1]), begun[-1].expires_at - begun[-1].created_at, seen(account, person)


def seen(account, person):
    row = account.scope.one(type(person), type(person).id == person.id)
    return row.last_sign_in_at is not None, row.version


def told(row):
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns if column.key not in OWN}
    return {
        name: type(value).__name__ if name.endswith("_at") or name == "at" else value for name, value in values.items()
    }

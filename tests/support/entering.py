"""Signed in without the form: what the product does once a password was right, without the pages around it and without what it
looks up, which costs three times as much as all the rest. ``tests/web/sign_in/test_entering.py`` compares what both leave.
"""

import contextvars
from datetime import timedelta
from hashlib import sha512

from sqlalchemy import bindparam, insert, select, update

from scimapp.auth import form_owners
from scimapp.database.statements import Prepared
from scimapp.directory.events import SignedIn
from scimapp.directory.model import Account, User, UserSession
from scimapp.directory.scope import person_scope
from scimapp.directory.secrets import digest, new_secret
from scimapp.directory.unit_of_work import unit_of_work

_HOURS = Prepared(select(Account.session_hours).where(Account.id == bindparam("in_account")))
_MOMENTS = ("created_at", "confirmed_at", "last_seen_at")
_BEGIN = Prepared(
    insert(UserSession),
    ["id_hash", "account_id", "user_seq", "epoch", *_MOMENTS, "expires_at", "address", "agent"],
)
_NOTE = Prepared(
    update(User)
    .where(User.account_id == bindparam("in_account"), User.seq == bindparam("of_seq"))
    .values(last_sign_in_at=bindparam("moment"))
)


def session_cookie(app, user, address="127.0.0.1", agent=""):
    """``(name, value)`` of the cookie of a new session of ``user``, a row of a person who may sign in."""
    return contextvars.Context().run(_entered, app, user, address, agent)


def _entered(app, user, address, agent):
    secret = new_secret()
    with app.app_context(), unit_of_work(person_scope(user, address=address)) as work:
        hours = app.config["SETTINGS"].session_hours
        ends = work.now + timedelta(hours=min(_HOURS.scalar(in_account=user.account_id) or hours, hours))
        _BEGIN.send(
            id_hash=digest(secret), account_id=user.account_id, user_seq=user.seq, epoch=user.session_epoch,
            expires_at=ends, address=address, agent=agent, **dict.fromkeys(_MOMENTS, work.now),
        )  # fmt: skip
        _NOTE.send(in_account=user.account_id, of_seq=user.seq, moment=work.now)
        work.record(SignedIn(user.id, user.display_name))
    kept = {
        "_user_id": secret,
        "_fresh": True,
        "csrf_token": form_owners.secret_for(user.id),
        "_id": sha512(f"{address.encode()}|{agent.encode()}".encode()).hexdigest(),
    }
    return app.config["SESSION_COOKIE_NAME"], app.session_interface.get_signing_serializer(app).dumps(kept)

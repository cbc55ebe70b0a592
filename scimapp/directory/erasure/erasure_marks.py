"""The marks of an erasure, kept while it goes on and for a day after: see ``model.Erasure`` and decision 0112.

A person who is being erased cannot come back: some of the person's signatures may already be blanked.
"""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import bindparam, delete, or_, select, update

from ...database import db, writing
from ...database.statements import Prepared, insert_of
from .. import clock
from ..availability import UNAVAILABLE
from ..calls.call_turns import APART, COMMITTED_WITHIN
from ..model import Erasure, User
from ..roles import SERVER_PERMISSIONS, Role
from ..scope import Actor, Scope, own_rows, server_scope

_ROUNDED = timedelta(milliseconds=10)  # precision of the moment when a call began
LEASE = timedelta(minutes=1)  # far longer than one step takes
FAR = 2 * LEASE  # a lease that ends later was taken while a clock ran ahead, and counts as over
_IS_ASKED = Prepared(
    own_rows(Erasure, Erasure.user_id).where(Erasure.user_id == bindparam("user_id"), Erasure.done_at.is_(None))
)
_DUE = Prepared(
    select(Erasure.account_id, Erasure.user_id, Erasure.asked_by_id, Erasure.request_id, Erasure.address, Erasure.agent)
    .where(
        Erasure.done_at.is_(None),
        or_(Erasure.leased_until <= bindparam("now"), Erasure.leased_until > bindparam("far")),
    )
    .limit(1)
)


def is_asked(scope, user_id):
    """Whether a person is being erased."""
    return _IS_ASKED.first(account_id=scope.account_id, user_id=user_id) is not None


def ask(work, user_id):
    """Note that a person is to be erased. Asking again continues the same erasure."""
    scope = work.scope
    asked = {
        "asked_by_id": scope.actor.id,
        "request_id": scope.request_id,
        "address": scope.address,
        "agent": scope.agent,
    }
    _put(scope, user_id, {"leased_until": work.now + LEASE}, asked)


def hold(scope, user_id):
    """Extend the lease, so that no other process takes up an erasure that goes on here."""
    mine = (Erasure.account_id == scope.account_id, Erasure.user_id == user_id, Erasure.done_at.is_(None))
    db.session.execute(update(Erasure).where(*mine).values(leased_until=clock.now() + LEASE))


def note_done(scope, user_id):
    """Note that a person is erased, as the last statement before the commit."""
    left_out = dict.fromkeys(("asked_by_id", "request_id", "address", "agent", "leased_until"))
    _put(scope, user_id, {"done_at": clock.now() + COMMITTED_WITHIN, **left_out})


def note_committed(scope, user_id):
    """Note when the erasure was committed, unknown until now: later calls cannot see the person and are logged as usual."""
    moment = clock.now() + (_ROUNDED if db.engine.dialect.name == "sqlite" else APART)
    mine = (Erasure.account_id == scope.account_id, Erasure.user_id == user_id, Erasure.done_at > moment)
    with suppress(*UNAVAILABLE), writing(is_note=True) as session:
        session.execute(update(Erasure).where(*mine).values(done_at=moment))


def take_due():
    """Take over an erasure that nobody works on any more: ``(scope, user id)``, leased by this process, or None.

    The scope is that of the one who asked for the erasure, and who was allowed to at that time.
    """
    now = clock.now()
    due = _DUE.first(now=now, far=now + FAR)
    if due is None:  # without work, no write lock is taken
        return None
    scope = server_scope(due.account_id)
    if due.asked_by_id is not None:
        name = db.session.scalar(scope.select(User, User.display_name).where(User.id == due.asked_by_id))
        actor = Actor("person", due.asked_by_id, name, Role.OWNER)
        scope = Scope(due.account_id, actor, SERVER_PERMISSIONS, due.request_id, due.address, due.agent)
    mine = (Erasure.account_id == due.account_id, Erasure.user_id == due.user_id, Erasure.done_at.is_(None))
    with writing() as session:
        now = clock.now()
        is_over = or_(Erasure.leased_until <= now, Erasure.leased_until > now + FAR)
        is_mine = session.execute(update(Erasure).where(*mine, is_over).values(leased_until=now + LEASE)).rowcount
    return (scope, due.user_id) if is_mine else None


def drop(scope, user_id):
    """Delete the mark of a pending erasure."""
    mine = (Erasure.account_id == scope.account_id, Erasure.user_id == user_id, Erasure.done_at.is_(None))
    with writing() as session:
        session.execute(delete(Erasure).where(*mine))


def _put(scope, user_id, values, first=None):
    insert = insert_of(db.engine.dialect)
    new = insert(Erasure).values(account_id=scope.account_id, user_id=user_id, **values, **(first or {}))
    keys = ["account_id", "user_id"]
    db.session.execute(new.on_conflict_do_update(index_elements=keys, set_=values))

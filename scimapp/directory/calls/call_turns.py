"""Serialises writers of the provisioning log with erasures (decision 0112).

A call is described and named before the transaction that writes it. Meanwhile somebody may be erased, by another process
or while the call waits. So the writer, inside its transaction, asks when the last erasure was, and of earlier calls it
writes only what ``call_erasure`` leaves. Writers do not wait for each other. Previews and batches do the same.
"""

from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select

from ...database import at_hand, db, start_over, writing
from ...database.statements import Prepared
from .. import clock, turns
from ..model import Erasure, ScimCall
from ..scope import own_rows

KEPT = timedelta(days=1)  # far longer than a call waits to be written
COMMITTED_WITHIN = timedelta(seconds=10)  # others may see the person as long, until the moment of the commit is noted
APART = timedelta(seconds=1)  # the difference between clocks of servers that share a Postgres
TURN = "the provisioning log of {}"
_SHARE = Prepared(select(func.pg_advisory_xact_lock_shared(func.hashtext(bindparam("turn")))))
_LATEST = Prepared(own_rows(Erasure, func.max(Erasure.done_at)))


def last_erasure(account_id):
    """The moment up to which calls may have seen a person who was erased since, None if there was none. Inside
    ``writing``: a later erasure finds what is written there.
    """
    share(account_id)
    return _LATEST.scalar(account_id=account_id)


def share(account_id):
    """Take a writer's turn, inside ``writing``: what is read from here on no longer contains a person whom others erased."""
    if at_hand().engine.dialect.name == "postgresql":
        _SHARE.send(turn=TURN.format(account_id))


def seen(scope):
    """As ``last_erasure``, as the session sees it: whoever writes what it has read compares both."""
    return db.session.scalar(scope.select(Erasure, func.max(Erasure.done_at)))


def settled(scope):
    """The number up to which all calls are in the log, so that none can appear later."""
    newest = scope.select(ScimCall, ScimCall.seq).order_by(ScimCall.seq.desc()).limit(1)
    if db.engine.dialect.name == "sqlite":  # SQLite has one writer at a time
        return db.session.scalar(newest) or 0
    start_over()
    close(scope)
    found = db.session.scalar(newest) or 0
    start_over()  # this ends the turn
    return found


def close(scope):
    """Wait for the writers of an account's log, and let none begin until this transaction ends."""
    turns.take(TURN.format(scope.account_id))


def prune(scope):
    """Delete notes of erasures that are older than any waiting call."""
    gone = (Erasure.account_id == scope.account_id, Erasure.done_at < clock.now() - KEPT)
    with writing() as session:
        session.execute(delete(Erasure).where(*gone))

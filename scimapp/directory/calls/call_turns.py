"""Whoever writes the provisioning log, and whoever takes somebody out of it, one after the other (decision 0112).

A call is described and named before the transaction that writes it. Somebody may be erased in between, by another process, or while
the call waits: the writer asks inside its transaction when that was the last time, and then writes no more of earlier calls than
``call_erasure`` leaves. Writers do not wait for each other. Previews and batches go the same way.
"""

from datetime import timedelta

from sqlalchemy import bindparam, delete, func, select

from ...database import at_hand, db, start_over, writing
from ...database.statements import Prepared
from .. import clock
from ..model import Erasure, ScimCall
from ..scope import own_rows

KEPT = timedelta(days=1)  # far longer than a call waits to be written
COMMITTED_WITHIN = timedelta(
    seconds=10
)  # whoever reads until then may still see somebody; as long as it is not noted when it was
APART = timedelta(seconds=1)  # the clocks of servers that share a Postgres
TURN = "the provisioning log of {}"
_SHARE = Prepared(select(func.pg_advisory_xact_lock_shared(func.hashtext(bindparam("turn")))))
_LATEST = Prepared(own_rows(Erasure, func.max(Erasure.done_at)))


def last_erasure(account_id):
    """Until when calls may have seen somebody who was erased since, None for nobody. Inside ``writing``: whoever erases from here
    on finds what is written there.
    """
    share(account_id)
    return _LATEST.scalar(account_id=account_id)


def share(account_id):
    """Take the turn of a writer, inside ``writing``: what is read from here on is without whom somebody else was erasing."""
    if at_hand().engine.dialect.name == "postgresql":
        _SHARE.send(turn=TURN.format(account_id))


def seen(scope):
    """The same as far as the session has read: who writes what it has read compares."""
    return db.session.scalar(scope.select(Erasure, func.max(Erasure.done_at)))


def settled(scope):
    """The number up to which all calls that there will ever be are in the log."""
    newest = scope.select(ScimCall, ScimCall.seq).order_by(ScimCall.seq.desc()).limit(1)
    if db.engine.dialect.name == "sqlite":  # where one writes after the other
        return db.session.scalar(newest) or 0
    start_over()
    close(scope)
    found = db.session.scalar(newest) or 0
    start_over()  # with it the turn ends
    return found


def close(scope):
    """Wait for who writes the log of an account, and let nobody begin until the end of this transaction."""
    if db.engine.dialect.name == "postgresql":
        key = func.hashtext(TURN.format(scope.account_id))
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def prune(scope):
    """Delete what is known of erasures that no call can have waited for."""
    gone = (Erasure.account_id == scope.account_id, Erasure.done_at < clock.now() - KEPT)
    with writing() as session:
        session.execute(delete(Erasure).where(*gone))

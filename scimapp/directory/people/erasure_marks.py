"""What is written down of an erasure, for a day: see ``model.Erasure`` and decision 0112."""

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql

from ...database import db
from .. import clock
from ..calls.call_turns import COMMITTED_WITHIN
from ..model import Erasure


def serialise(work):
    """Let nobody else of the account be erased until the end of this transaction: each rewrites rows of the other."""
    if not work.writes_alone:
        key = func.hashtext(f"erasing in {work.scope.account_id}")
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def note_done(scope, user_id):
    """Write down that a person is erased, as the last thing before it is committed."""
    left_out = dict.fromkeys(("asked_by_id", "request_id", "address", "agent", "leased_until"))
    _put(scope, user_id, {"done_at": clock.now() + COMMITTED_WITHIN, **left_out})


def _put(scope, user_id, values, first=None):
    new = postgresql.insert(Erasure).values(account_id=scope.account_id, user_id=user_id, **values, **(first or {}))
    keys = ["account_id", "user_id"]  # both databases say it as Postgres does
    db.session.execute(new.on_conflict_do_update(index_elements=keys, set_=values))

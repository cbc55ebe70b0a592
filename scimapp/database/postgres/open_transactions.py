"""Open writing transactions of others on Postgres, whose changes nobody else sees before they commit."""

from time import monotonic, sleep

from sqlalchemy import Integer, column, func, select, table

from .. import current_engine
from ..statements import Prepared

_SECONDS = 0.02  # between two polls
_activity = table(
    "pg_stat_activity", column("pid", Integer), column("xact_start"), column("datname"), column("backend_xid")
)
_ANY = select(_activity.c.pid, _activity.c.xact_start).where(
    _activity.c.datname == func.current_database(),
    _activity.c.xact_start.is_not(None),
    _activity.c.pid != func.pg_backend_pid(),
)
_WRITERS = Prepared(_ANY.where(_activity.c.backend_xid.is_not(None)))  # they wrote or locked a row
_ALL = Prepared(_ANY)


def wait_for_end(seconds, *, yet_to_write=False):
    """Wait until all that are open now have ended, at most ``seconds``. Returns at once on SQLite, which has one writer.

    Readers need no waiting, except with ``yet_to_write``: they may write what follows from what they read.
    Call it outside ``writing``, so that nobody waits for the waiting thread.
    """
    if current_engine().dialect.name == "sqlite":
        return
    found = _ALL if yet_to_write else _WRITERS
    rest, end = set(found.tuples()), monotonic() + seconds
    while rest and monotonic() < end:
        sleep(_SECONDS)
        rest &= set(found.tuples())

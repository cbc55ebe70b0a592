"""Open writing transactions of others on Postgres, whose changes nobody else sees before they commit."""

from time import monotonic, sleep

from sqlalchemy import Integer, column, func, select, table

from . import current_engine
from .statements import Prepared

_SECONDS = 0.02  # between two polls
_activity = table(
    "pg_stat_activity", column("pid", Integer), column("xact_start"), column("datname"), column("backend_xid")
)
_OPEN = Prepared(
    select(_activity.c.pid, _activity.c.xact_start).where(
        _activity.c.datname == func.current_database(),
        _activity.c.backend_xid.is_not(None),  # it wrote or locked a row; readers need no waiting
        _activity.c.pid != func.pg_backend_pid(),
    )
)


def wait_for_end(seconds):
    """Wait until all that are open now have ended, at most ``seconds``. Returns at once on SQLite, which has one writer.

    Call it outside ``writing``, so that nobody waits for the waiting thread.
    """
    if current_engine().dialect.name == "sqlite":
        return
    rest, end = set(_OPEN.tuples()), monotonic() + seconds
    while rest and monotonic() < end:
        sleep(_SECONDS)
        rest &= set(_OPEN.tuples())

"""Transactions of others that write and are open on Postgres: what they have written nobody else sees before they are committed."""

from time import monotonic, sleep

from sqlalchemy import Integer, column, func, select, table

from . import current_engine
from .statements import Prepared

_SECONDS = 0.02  # between two looks
_activity = table(
    "pg_stat_activity", column("pid", Integer), column("xact_start"), column("datname"), column("backend_xid")
)
_OPEN = Prepared(
    select(_activity.c.pid, _activity.c.xact_start).where(
        _activity.c.datname == func.current_database(),
        _activity.c.backend_xid.is_not(None),  # has written, or locked a row: who only reads is not waited for
        _activity.c.pid != func.pg_backend_pid(),
    )
)


def wait_for_end(seconds):
    """Return once all of them have ended that are open now, or after so many seconds; at once on SQLite, which has one writer.

    Outside ``writing``: nobody may have to wait for whoever waits here.
    """
    if current_engine().dialect.name == "sqlite":
        return
    rest, end = set(_OPEN.tuples()), monotonic() + seconds
    while rest and monotonic() < end:
        sleep(_SECONDS)
        rest &= set(_OPEN.tuples())

"""Tells whether what the session has read before would be read again, so that it need not be.

``unchanged`` does the same for one connection, outside of transactions. A Snapshot is compared across connections: what one
thread has read serves the others, too.
"""

from time import monotonic_ns

from ..frozen import frozen
from .driver_errors import translated
from .engines import BEGAN
from .held_connections import db, is_writing

_FIRST_SEEN = "scimapp.first_seen"  # key in a connection's info: its newest _FirstSeen
_SQLITE = "PRAGMA data_version"
# Transactions that have changed something have a number, which others see in their snapshots, but not in their own. A
# standby does not list transactions in progress. After a failover, another server may count as far with other transactions.
_POSTGRES = (
    "SELECT concat(pg_current_snapshot(), ' since ', pg_postmaster_start_time())"
    " WHERE pg_current_xact_id_if_assigned() IS NULL AND NOT pg_is_in_recovery()"
)


@frozen(eq=False)
class _FirstSeen:
    """A connection has seen the same since ``moment`` or a little before. ``mark``: what others committed, and what it wrote
    itself.
    """

    mark: tuple
    moment: int


@frozen(eq=False)
class _OfSqlite:
    """What a transaction sees: what was committed at some moment between ``began`` and ``fixed``."""

    began: int
    fixed: int
    first_seen: _FirstSeen

    def shows_the_same_as(self, earlier):
        first = self.first_seen
        return earlier.first_seen is first or (first.moment < earlier.began and earlier.fixed < self.began)


@frozen(eq=False)
class _OfPostgres:
    """``transactions``: which ones were over at this moment, on which server. Any that commits anywhere there changes it."""

    transactions: str

    def shows_the_same_as(self, earlier):
        return earlier.transactions == self.transactions


def present():
    """A Snapshot of what the session sees, or None if nobody else may: it sees changes of its own that are not committed.

    ``snapshot.shows_the_same_as(earlier)`` says whether everything read in the ``earlier`` one would be read again in this
    one. On Postgres, where each statement sees what is committed by then, a Snapshot from before a statement tells that
    nothing was missed by it as long as the next one shows the same.
    """
    if is_writing():
        return None
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        told = connection.exec_driver_sql(_POSTGRES).scalar()
        return told and _OfPostgres(told)
    driver, info = connection.connection.driver_connection, connection.info
    try:
        (version,) = driver.execute(_SQLITE).fetchone()  # what the transaction sees is fixed from here on
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(_SQLITE, error, connection.dialect) from error
    fixed = monotonic_ns()
    began, changes = info[BEGAN]
    if driver.total_changes != changes:
        return None
    mark, first = (version, changes), info.get(_FIRST_SEEN)
    if first is None or first.mark != mark:
        first = info[_FIRST_SEEN] = _FirstSeen(mark, fixed)
    return _OfSqlite(began, fixed, first)

"""Tells whether what the session has read before would be read again, so that it need not be.

``unchanged`` does the same for one connection, outside of transactions. A Snapshot is compared across connections: what one
thread has read serves the others, too.

What comes from tables whose triggers move a sequence of the database (``list_people`` and others, decision 0134) would be read
again as long as the sequence stays; anything else as long as nobody has committed anything. Both databases write down whose rows
have changed (``list_changes``, decisions 0144 and 0158); SQLite does so in place of sequences.
"""

from time import monotonic_ns

from msgspec import Struct

from . import list_changes, origins
from .driver_errors import translated
from .engines import BEGAN
from .held_connections import db, is_writing
from .postgres import list_transactions
from .sqlite import list_moments

_FIRST_SEEN = "scimapp.first_seen"  # key in a connection's info: its newest _FirstSeen
_SQLITE = "PRAGMA data_version"
# Transactions that have changed something have a number, which others see in their snapshots, but not in their own. A
# standby does not list transactions in progress. After a failover, another server may count as far with other transactions.
# In a stricter isolation, all statements see what the first one saw.
_POSTGRES = """
SELECT CAST(pg_postmaster_start_time() AS TEXT), numbers, in_progress, seen FROM list_numbers()
WHERE pg_current_xact_id_if_assigned() IS NULL AND NOT pg_is_in_recovery()
AND current_setting('transaction_isolation') = 'read committed'
"""


class _FirstSeen(Struct, frozen=True, eq=False):
    """A connection has seen the same since ``moment`` or a little before. ``mark``: what others committed, and what it wrote
    itself.
    """

    mark: tuple
    moment: int


class _OfSqlite(Struct, frozen=True, eq=False):
    """What a transaction sees: what was committed at some moment between ``began`` and ``fixed``, at a ``moment`` of lists."""

    began: int
    fixed: int
    first_seen: _FirstSeen
    moment: list_moments.Moment

    def shows_the_same_as(self, earlier, sequences=()):
        if sequences:
            return self.moment == earlier.moment and None not in (self.moment.last, self.moment.newest)
        first = self.first_seen
        return earlier.first_seen is first or (first.moment < earlier.began and earlier.fixed < self.began)


class _OfPostgres(Struct, frozen=True, eq=False):
    """``seen``: which transactions were over at this moment, in which database of which ``server`` (its start, and the origin of
    the connection, see ``origins``). Any that commits anywhere there changes it. ``numbers`` are those of the sequences a little
    before, and ``in_progress`` the transactions between the two.
    """

    server: tuple
    numbers: dict
    in_progress: frozenset
    seen: str

    def shows_the_same_as(self, earlier, sequences=()):
        if earlier.server != self.server:
            return False
        if not sequences:
            return earlier.seen == self.seen
        is_same = all(_is_same(name, self.numbers, earlier.numbers) for name in sequences)
        # A sequence moves before its transaction ends. One that was in progress may have moved it already.
        return is_same and earlier.in_progress <= self.in_progress

    def is_of_database_of(self, earlier):
        """Whether both were told by one database, which was not put back in between."""
        here, there = ({name: oid for name, (oid, _) in each.numbers.items()} for each in (self, earlier))
        return earlier.server == self.server and here == there


def _is_same(name, numbers, earlier):
    return name in numbers and numbers[name] == earlier.get(name)


def present():
    """A Snapshot of what the session sees, or None if nobody else may: it sees changes of its own that are not committed.

    ``snapshot.shows_the_same_as(earlier, sequences)`` says whether everything read in the ``earlier`` one would be read again in
    this one, if it comes from tables that move these ``sequences``; without any, whatever it comes from. On Postgres, where each
    statement sees what is committed by then, a Snapshot from before a statement tells that nothing was missed by it as long as
    the next one shows the same.
    """
    if is_writing():
        return None
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        told = connection.exec_driver_sql(_POSTGRES).first()
        server = told and (told[0], connection.info.get(origins.KEY))
        return told and _OfPostgres(server, _numbered(told[1]), frozenset((told[2] or "").split()), told[3])
    driver, info = connection.connection.driver_connection, connection.info
    try:
        (version,) = driver.execute(_SQLITE).fetchone()  # what the transaction sees is fixed from here on
        moment = list_moments.moment(driver)
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(_SQLITE, error, connection.dialect) from error
    fixed = monotonic_ns()
    began, changes = info[BEGAN]
    if driver.total_changes != changes:
        return None
    mark, first = (version, changes), info.get(_FIRST_SEEN)
    if first is None or first.mark != mark:
        first = info[_FIRST_SEEN] = _FirstSeen(mark, fixed)
    return _OfSqlite(began, fixed, first, moment)


def changes_since(earlier, present):
    """The ``list_changes.Changes`` from an ``earlier`` Snapshot to what the session sees, to which the ``present`` one belongs; None
    if nobody can tell. On Postgres there may be some of before, too.
    """
    if isinstance(present, _OfPostgres):
        return list_transactions.since(earlier.seen) if present.is_of_database_of(earlier) else None
    connection = db.session.connection()
    try:
        return list_moments.since(connection.connection.driver_connection, earlier.moment)
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(_SQLITE, error, connection.dialect) from error


def changes_beside(present):
    """The Changes that came while the session read, after its ``present`` Snapshot; None if nobody can tell. On SQLite there are none,
    as a transaction sees the same all along.
    """
    return list_transactions.since(present.seen) if isinstance(present, _OfPostgres) else list_changes.NONE


def _numbered(told):
    """``{name: (oid, number)}`` of the sequences that ``list_numbers`` tells of. One that was put back has another oid, but not in
    a copy that Postgres made of a database.
    """
    words = told.split()
    return dict(zip(words[::3], zip(words[1::3], words[2::3], strict=True), strict=True))

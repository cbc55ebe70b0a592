"""Errors of both drivers: what they say, and the same classes of SQLAlchemy for the same faults."""

import sqlite3

from sqlalchemy import event, exc

_READ_ONLY = "25006"  # SQLSTATE: a standby that was not promoted, or a server set to read-only
NO_RIGHT = "42501"  # SQLSTATE: tables of another owner, such as after a restore by hand
# SQLSTATE: what Postgres says while it ends a connection: for its idleness or the length of its transaction, for an operator
# or a stop (57P01), or because another of its processes fell (57P02).
_ENDING = frozenset(("25P03", "25P04", "57P01", "57P02", "57P05"))
_TOO_MUCH = "54"  # class of SQLSTATE: a statement beyond what Postgres can do, which psycopg takes for a busy server
_BUSY_STATES = frozenset(("55P03", "57014"))  # SQLSTATE: lock_not_available, query_canceled
_BUSY_CODES = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))
# What ends only once somebody has looked after the server: no room, no right, a disk that fails, files that are not there.
_STUCK_STATES = frozenset((_READ_ONLY, NO_RIGHT, "53100", "58030"))  # SQLSTATE, also: disk_full, io_error
_STUCK_CODES = frozenset((
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
))  # fmt: skip
_UNREADABLE = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_PRIMARY = 0xFF  # mask of SQLite's primary error code; the higher bits refine it


def translated(text, error, dialect, *, is_gone=False):
    """The exception that SQLAlchemy raises for an ``error`` of the driver, without the parameters of the statement.

    An OperationalError concerns the database and may be over at the next try. An error that no repetition mends, such as a
    missing column, is a ProgrammingError.
    """
    kind = _kind(error)
    if kind is not None:
        return kind(text, None, error, hide_parameters=True, connection_invalidated=is_gone)
    return exc.DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=is_gone, dialect=dialect,
    )  # fmt: skip


def is_read_only(error):
    """Whether an ``error``, SQLAlchemy's or none of its, says that no writes are taken on this connection.

    It is not to be used again. SQLite opens a file that it may not write for reading, Postgres keeps
    ``default_transaction_read_only``, both for as long as the connection lasts; and the server may be no primary any more.
    """
    told = getattr(error, "orig", None)
    code = getattr(told, "sqlite_errorcode", 0) & _PRIMARY
    return getattr(told, "sqlstate", None) == _READ_ONLY or code == sqlite3.SQLITE_READONLY


def is_of_sqlite(error):
    """Whether SQLite raised this ``error`` of a driver."""
    return isinstance(error, sqlite3.Error)


def ends_connection(error):
    """Whether Postgres, with this ``error`` of its driver, ends the connection, which may look open for a moment yet."""
    return getattr(error, "sqlstate", None) in _ENDING


def is_busy(error):
    """Whether a lock was not released in time, or a statement was given up, with this ``error`` of the driver."""
    is_locked = getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _BUSY_CODES
    return is_locked or getattr(error, "sqlstate", None) in _BUSY_STATES


def is_stuck(error):
    """Whether the database takes no changes, with this ``error`` of the driver, and no waiting alone is likely to mend it."""
    is_found_by_sqlite = getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _STUCK_CODES
    return is_found_by_sqlite or getattr(error, "sqlstate", None) in _STUCK_STATES


def is_unreadable(error):
    """Whether SQLite, with this ``error`` of its driver, found that its file is damaged or no database."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _UNREADABLE


def translate_on(engine):
    """Apply ``translated`` to statements that bypass ``database.run``: the session's, and migrations."""

    @event.listens_for(engine, "handle_error")
    def _translate(context):
        error = context.original_exception
        context.is_disconnect = context.is_disconnect or ends_connection(error)
        if _kind(error) is not None:
            raise translated(context.statement, error, engine.dialect, is_gone=context.is_disconnect) from error


def _kind(error):
    """The right class for an ``error`` that its driver misclassifies, else None."""
    if isinstance(error, sqlite3.OperationalError):
        is_fault = getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_ERROR
        return exc.ProgrammingError if is_fault else None
    if is_unreadable(error):
        return exc.OperationalError
    state = getattr(error, "sqlstate", None) or ""
    if state in (_READ_ONLY, NO_RIGHT, *_ENDING):
        return exc.OperationalError
    return exc.ProgrammingError if state.startswith(_TOO_MUCH) else None

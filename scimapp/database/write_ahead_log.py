"""Brings what was committed to SQLite to the disk while the next writer of the process works already.

SQLite itself would do so within COMMIT (``synchronous=FULL``): whoever commits keeps everybody else from writing while
the disk works and the processor is idle (docs/decisions/0123). With ``synchronous=NORMAL`` it only writes the commit to
its write-ahead log, and brings the log to the disk before a checkpoint. ``flush`` brings it there before anybody is told
of the commit. After a power cut the log is read from its beginning as far as it is whole, so no commit is kept without
those before it.
"""

import os
import sqlite3

from sqlalchemy import exc

_KEY = "scimapp.write_ahead_log"  # in ``info`` of a pooled connection
_FULL = 2
_doubtful = set()  # paths of logs that may lack something on the disk although it can be read
_to_disk = getattr(os, "fdatasync", os.fsync)  # not every system has it


def watch(pooled, dialect):
    """Take flushing over from SQLite, on a connection that ``writing`` may use. Not if SQLite was told not to wait for
    the disk, as in tests, keeps no such log, or the log cannot be opened.
    """
    if dialect.name != "sqlite":
        return
    connection = pooled.driver_connection
    ((mode,), (level,)) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous"))
    if mode != "wal" or level != _FULL:
        return
    file = next(file for _, name, file in connection.execute("PRAGMA database_list") if name == "main")
    try:
        pooled.info[_KEY] = WriteAheadLog(f"{file}-wal", connection)
    except OSError:
        return
    connection.execute("PRAGMA synchronous=NORMAL")


def settle(pooled):
    """Before a transaction that writes: mend what a ``flush`` that failed has left. Raises OperationalError."""
    if _doubtful and (log := pooled.info.get(_KEY)):
        log.settle()


def grown(pooled):
    """The WriteAheadLog to flush after a commit; None if the transaction changed nothing."""
    log = pooled.info.get(_KEY)
    return log if log and log.has_grown() else None


class WriteAheadLog:
    """The file, opened once more: it stays the same as long as the connection is open."""

    _number = None

    def __init__(self, path, connection):
        self._path, self._connection, self._changes = path, connection, connection.total_changes
        self._number = os.open(path, os.O_RDONLY)

    def __del__(self):
        # Not when the connection is closed: a thread may be flushing what it has just committed.
        if self._number is not None:
            os.close(self._number)

    def has_grown(self):
        """Whether the connection has changed rows since this was last asked."""
        before, self._changes = self._changes, self._connection.total_changes
        return before != self._changes

    def flush(self):
        """Wait until what was committed is on the disk.

        Raises OperationalError if it may not be; others can read it all the same.
        """
        try:
            _to_disk(self._number)
        except OSError as error:
            _doubtful.add(self._path)
            raise _failed(error.strerror) from error
        if self._path in _doubtful:
            raise _failed("an earlier commit may be missing")

    def settle(self):
        """Bring everything to the file of the database and let the log begin anew.

        The system takes pages that it could not write for written: the next ``flush`` would succeed without them.
        """
        if self._path not in _doubtful:
            return
        try:
            is_busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        except sqlite3.OperationalError as error:
            raise _failed(error) from error
        if is_busy:
            raise _failed("the write-ahead log is in use")
        _doubtful.discard(self._path)


def _failed(why):
    return exc.OperationalError(
        "COMMIT", None, sqlite3.OperationalError(f"disk I/O error: {why}"), hide_parameters=True
    )

"""Brings what was committed to SQLite to the disk while the next writer of the process works already.

SQLite itself would do so within COMMIT (``synchronous=FULL``): whoever commits keeps everybody else from writing while
the disk works and the processor is idle (docs/decisions/0123). With ``synchronous=NORMAL`` it only writes the commit to
its write-ahead log, and brings the log to the disk before a checkpoint. ``writing`` brings it there before anybody is told
of the commit. After a power cut the log is read from its beginning as far as it is whole, so no commit is kept without
those before it.
"""

import os
import sqlite3
from contextlib import closing, suppress
from functools import partial
from urllib.parse import quote

from sqlalchemy import exc

_KEY = "scimapp.write_ahead_log"  # in ``info`` of a pooled connection
_FULL = 2
_SUFFIX = "-wal"
_AT_ONCE = 2  # files opened for each connection: a thread begins to flush before another has ended
_SETTLE_SECONDS = 0.2  # for another writer to end
_PART = 1024 * 1024  # bytes
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
        pooled.info[_KEY] = WriteAheadLog(f"{file}{_SUFFIX}", connection)
    except OSError:
        return
    connection.execute("PRAGMA synchronous=NORMAL")


def settle(pooled):
    """Before a transaction that writes: mend what a flush that failed has left. Raises OperationalError."""
    if _doubtful and (log := pooled.info.get(_KEY)):
        log.settle(pooled.driver_connection)


def of(pooled):
    """The WriteAheadLog that is to be flushed after a commit; None if SQLite does so, and on Postgres."""
    return pooled.info.get(_KEY)


class WriteAheadLog:
    """The file, opened beside SQLite: it stays the same as long as the connection is open."""

    def __init__(self, path, connection):
        self._path, self._connection = path, connection
        self._flushed = None  # what the last transaction that was flushed had seen and changed, see ``unflushed``
        # The system tells an error once to each file that is open. Two threads that flush one file at the same time would
        # not both hear of it, so each takes another one.
        self._numbers = []
        for _ in range(_AT_ONCE):
            self._numbers.append(os.open(path, os.O_RDONLY))

    def __del__(self):
        # Not when the connection is closed: a thread may be flushing what it has just committed.
        for number in self._numbers:
            os.close(number)

    def unflushed(self, version):
        """What to call after a commit, once others may write; None if all that the transaction saw is on the disk.

        ``version`` is ``unchanged.VERSION`` within the transaction: others may have committed what they are still flushing. Who finds
        that nothing is left to be done confirms what they did.
        """
        seen = version, self._connection.total_changes
        return None if seen == self._flushed else partial(self._flush, seen)

    def _flush(self, seen):
        """Wait until what was committed is on the disk.

        Raises OperationalError if it may not be; others can read it all the same.
        """
        try:
            self._wait_for_disk()
        except OSError as error:
            _doubtful.add(self._path)
            with suppress(exc.OperationalError):
                self._settle_beside()
            raise _failed(error.strerror) from error
        if self._path in _doubtful:  # an earlier commit may be missing
            self._settle_beside()
        self._flushed = seen

    def _wait_for_disk(self):
        try:
            number = self._numbers.pop()
        except IndexError:
            number = os.open(self._path, os.O_RDONLY)
        try:
            _to_disk(number)
        finally:
            self._numbers.append(number)

    def _settle_beside(self):
        """``settle`` at once: nobody else may write before this process ends, and the next one would not know."""
        address = f"file:{quote(self._path.removesuffix(_SUFFIX))}?mode=rw"
        beside = sqlite3.connect(address, uri=True, timeout=_SETTLE_SECONDS, isolation_level=None)
        with closing(beside):
            self.settle(beside)

    def settle(self, connection):
        """Write the log again and bring it to the disk, with a ``connection`` that is in no transaction.

        The system takes pages that it could not write for written: the next ``fdatasync`` would succeed without them. A
        checkpoint would not do. If the power fails meanwhile, what the log still has would cover what is newer in the file.
        """
        if self._path not in _doubtful:
            return
        try:
            connection.execute("BEGIN IMMEDIATE")  # keeps every process from adding to the log
            try:
                self._write_again()
            finally:
                connection.execute("ROLLBACK")
        except (OSError, sqlite3.Error) as error:
            raise _failed(getattr(error, "strerror", error)) from error
        _doubtful.discard(self._path)

    def _write_again(self):
        number, place = os.open(self._path, os.O_RDWR), 0
        try:
            while part := os.pread(number, _PART, place):
                place += os.pwrite(number, part, place)
            _to_disk(number)
        finally:
            os.close(number)


def _failed(why):
    return exc.OperationalError(
        "COMMIT", None, sqlite3.OperationalError(f"disk I/O error: {why}"), hide_parameters=True
    )

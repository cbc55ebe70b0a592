"""Notices that the file of an SQLite database, or its write-ahead log, was deleted or replaced beneath this process.

SQLite goes on with the files that a connection has opened. Changes would be confirmed and be in no file that anybody finds
again. So nothing more is written until the server is restarted, or the very file is back. This process does not go on with
another file by itself, because what it remembers belongs to the one before.
"""

import os
import sqlite3
import weakref

from sqlalchemy import event, exc

from .. import origins

_OPENED = "scimapp.opened"  # key in ``info`` of a pooled connection: the files it has opened, see ``_files``


class Place:
    """Where the connections of an ``engine`` find the database; it may be another file once the engine was disposed of."""

    def __init__(self, engine):
        self._file, self._first = engine.url.database, None  # ``_first``: what the first connection found
        self._held = {}  # the number of each file that was opened → a descriptor that keeps the number
        weakref.finalize(self, _let_go, self._held)
        event.listen(engine, "engine_disposed", self._forget)

    def refuse_another(self):
        """Raise the driver's OperationalError if a new connection would open another file than those before."""
        if self._first is not None and _number(self._file) != self._first:
            raise _replaced(self._file)

    def remember(self, record):
        """Note in a pool's ``record`` which files its connection has opened: none if it is in memory or named by a URI.

        Raises the driver's OperationalError if the file has gone since, or cannot be held.
        """
        if is_plain(self._file):
            files = _files(self._file)
            if files[0] is None:
                raise _replaced(self._file)
            if files[0] not in self._held:
                descriptor = _hold(self._file)
                if self._held.setdefault(files[0], descriptor) != descriptor:  # another thread was quicker
                    os.close(descriptor)
            record.info[_OPENED] = self._file, files
            record.info[origins.KEY] = files[0]
            self._first = self._first or files[0]

    def _forget(self, _engine):
        self._first = None


def is_plain(file):
    """Whether the database in an address is the name of a file: neither in memory nor a URI."""
    return bool(file) and file != ":memory:" and not file.startswith("file:")


def unopened(file, error):
    """The driver's OperationalError for an OSError with which the system refuses a file."""
    return sqlite3.OperationalError(f"unable to open database file {file}: {error.strerror}")


def check(pooled):
    """Raise OperationalError if the files that the pooled connection has opened are in their places no more."""
    opened = pooled.info.get(_OPENED)
    if opened is not None and _files(opened[0]) != opened[1]:
        raise exc.OperationalError("BEGIN IMMEDIATE", None, _replaced(opened[0]))


def _files(file):
    """What tells the file and its write-ahead log from others that have their names. The log lasts as long as a
    connection.
    """
    return _number(file), _number(f"{file}-wal")


def _hold(file):
    """Keep the system from giving the number of a file to another one, as it does once a file is deleted and nobody has it
    open: what the process remembers is told apart by that number (``origins``).

    None where the system has no way that leaves the file itself closed: to close it would end the locks that SQLite has on it.
    Raises the driver's OperationalError if the file has gone, or no descriptor is left.
    """
    try:
        return os.open(file, os.O_PATH | os.O_CLOEXEC) if hasattr(os, "O_PATH") else None
    except OSError as error:
        raise unopened(file, error) from error


def _let_go(held):
    for descriptor in held.values():
        if descriptor is not None:
            os.close(descriptor)


def _number(file):
    try:
        told = os.stat(file)
    except OSError:
        return None
    return told.st_dev, told.st_ino


def _replaced(file):
    error = sqlite3.OperationalError(
        f"{file} or its -wal was deleted or replaced while it was open: put the right file there and restart the server"
    )
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN  # as SQLite would say of a file that is not there
    return error

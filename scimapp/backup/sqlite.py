"""Copies of an SQLite database, which are databases themselves."""

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import create_engine, pool, text

from ..database import schema
from ..database.driver_errors import is_busy, is_unreadable
from . import files
from .refusals import IN_USE, BackupError, refuse_unknown

BUSY_SECONDS = 30
_SHARED = 510, 0x40000002  # length and place of the bytes that SQLite locks as long as it has a file open (os_unix.c)


def copy(file, part):
    """Write the database ``file``, as it is at one moment, into the empty file ``part``."""
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))


def restore(file, source):
    """Put the copy ``source`` in the place of ``file``; returns where what was there is kept, None if nothing was."""
    check(source)
    if file.exists():
        _refuse_company(file)
    kept = None
    try:
        with files.part_of(file) as part:
            shutil.copyfile(source, part)
            _give_away(part, file)
            files.to_disk(part)
            if file.exists():
                kept = file.with_name(f"{file.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
                _keep_as(kept, file)
            for rest in ("-wal", "-shm"):  # of the previous database; the copy needs none
                file.with_name(file.name + rest).unlink(missing_ok=True)
            os.replace(part, file)
    except OSError as error:
        raise BackupError(f"The copy cannot be put back: {error}") from error
    return kept


def _give_away(part, file):
    """Give ``part`` to the owner of ``file``. If there is no such file and root made ``part``, give it to the owner of the
    folder.

    That owner is the server. Without root a file cannot be given away, but may be made in a folder of another user.
    """
    if not file.exists() and os.geteuid() != 0:
        return
    wanted, own = (file if file.exists() else file.parent).stat(), part.stat()
    if (wanted.st_uid, wanted.st_gid) != (own.st_uid, own.st_gid):
        os.chown(part, wanted.st_uid, wanted.st_gid)


def _keep_as(kept, file):
    """Give ``file`` a second name, or rename it if the file system has no hard links."""
    try:
        os.link(file, kept)  # so that there is a database at every moment: a start without one would make an empty one
    except OSError:
        os.replace(file, kept)


def check(source):
    """Raise BackupError unless ``source`` is a whole database that this code knows."""
    engine = create_engine(f"sqlite:///{source}", poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            _, revision = schema.state(connection)
            sound = connection.scalar(text("PRAGMA integrity_check"))
    except Exception as error:
        raise BackupError(f"{source} is no copy of a database: {getattr(error, 'orig', error)}") from error
    if sound != "ok":
        raise BackupError(f"{source} is damaged: {sound}")
    refuse_unknown(source, revision)


def _refuse_company(file):
    """Raise BackupError if another process has the file open. Moves the write-ahead log into the file."""
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if is_unreadable(error):
            _refuse_lock(file)
        else:
            raise BackupError(IN_USE if is_busy(error) else f"The copy cannot be put back: {error}: {file}") from error


def _refuse_lock(file):
    """As ``_refuse_company`` for a damaged file, which SQLite refuses before it looks for others."""
    with file.open("r+b") as there:
        try:
            fcntl.lockf(there, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED)
        except OSError as error:
            raise BackupError(IN_USE) from error

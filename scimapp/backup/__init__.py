"""Copies of the whole database: made while the server runs, restored while it is stopped.

SQLite copies itself, Postgres has tools of its own (``pg_dump``, ``pg_restore``, ``psql``). A copy is as secret as the
database: it holds hashes of passwords, tokens and links, no secret in clear, and is readable by its owner only.
"""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import make_url

from . import files, postgres, sqlite
from .refusals import BackupError


def create(database_url, target):
    """Copy the database into the new file ``target``, as it is at one moment. Raises BackupError."""
    target = Path(target).absolute()
    try:
        files.refuse_existing(target)
        with files.part_of(target) as part:
            if _is_sqlite(database_url):
                sqlite.copy(_file(database_url), part)
            else:
                postgres.copy(database_url, part)
            files.to_disk(part)
            files.refuse_existing(target)  # another command may have made one meanwhile
            os.replace(part, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The copy cannot be made: {error}") from error


def name_of(database_url):
    """The name of the database for operators: its file, or its address without any password, a key's included."""
    if _is_sqlite(database_url):
        return str(_file(database_url).absolute())
    return postgres.without_password(make_url(database_url).difference_update_query(["sslpassword"]))


def is_there(database_url):
    """Whether there is a database to connect to; a connection to a file of SQLite that is missing would make it."""
    return not _is_sqlite(database_url) or _file(database_url).exists()


def restore(database_url, source):
    """Replace the database by the copy ``source``; nobody may be connected. Raises BackupError.

    Returns where the previous SQLite database is kept, None if there was none. The tables are then those of the copy;
    ``schema.check`` tells whether they must be migrated.
    """
    source = Path(source).absolute()
    try:
        if not source.is_file():
            raise BackupError(f"There is no file {source}.")
    except OSError as error:
        raise BackupError(f"The copy cannot be read: {error}") from error
    if _is_sqlite(database_url):
        return sqlite.restore(_file(database_url), source)
    postgres.restore(database_url, source)
    return None


def _is_sqlite(database_url):
    return database_url.startswith("sqlite")


def _file(database_url):
    return Path(make_url(database_url).database)

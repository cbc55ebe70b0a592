"""Copies of the whole database: made while the server runs, restored while it is stopped.

SQLite copies itself, Postgres has tools of its own (``pg_dump``, ``pg_restore``, ``psql``). A copy is as secret as the
database: it holds hashes of passwords, tokens and links, no secret in clear, and is readable by its owner only.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, pool, text

from .database import schema

BUSY_SECONDS = 30
_REVISION = re.compile(r"^COPY .*alembic_version .*\n(\w+)$", re.MULTILINE)
# Drops everything in the schema of the tables except what extensions own. ``pg_restore --clean`` drops only what the copy
# contains, and fails on what later migrations made: tables that refer to those of the copy, views in place of its tables,
# functions.
_PUT_AWAY = """
BEGIN;
SET client_min_messages = warning;
DO $$
DECLARE step text;
BEGIN
  FOREACH step IN ARRAY (
    SELECT coalesce(array_agg(format('DROP %s IF EXISTS %I.%I%s CASCADE', kind, current_schema(), name, arguments)), '{}')
    FROM (
      SELECT oid, relname AS name, '' AS arguments,
        CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
      FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION ALL
      SELECT oid, proname, format('(%s)', pg_get_function_identity_arguments(oid)), 'ROUTINE'
      FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    ) AS present
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE objid = present.oid AND deptype = 'e')
  ) LOOP
    EXECUTE step;
  END LOOP;
END $$;
"""


class BackupError(RuntimeError):
    """The copy cannot be made or restored; nothing was changed. The text says why."""


def create(database_url, target):
    """Copy the database into the new file ``target``, as it is at one moment. Raises BackupError."""
    target = Path(target).absolute()
    try:
        _refuse_existing(target)
        with _part_of(target) as part:
            if _is_sqlite(database_url):
                with closing(sqlite3.connect(_file(database_url), timeout=BUSY_SECONDS)) as connection:
                    connection.execute("VACUUM INTO ?", (str(part),))
            else:
                _run("pg_dump", database_url, "--format=custom", "--no-owner", f"--file={part}")
            _to_disk(part)
            _refuse_existing(target)  # another command may have made one meanwhile
            os.replace(part, target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The copy cannot be made: {error}") from error


def name_of(database_url):
    """The name of the database for operators: its file, or its address without any password, a key's included."""
    if _is_sqlite(database_url):
        return str(_file(database_url).absolute())
    return _without_password(make_url(database_url).difference_update_query(["sslpassword"]))


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
        return _restore_sqlite(_file(database_url), source)
    _check_archive(source)
    _refuse_company(database_url)
    _restore_postgres(database_url, source)
    return None


def _check_archive(source):
    """Raise BackupError unless ``source`` is a copy of a Postgres database that this code knows."""
    words = ["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source)]
    with _begin(words, stdout=subprocess.PIPE) as reader:
        told, unread = reader.communicate()
    if reader.returncode != 0:
        raise BackupError(f"pg_restore: {unread.strip()}")
    found = _REVISION.search(told)
    _refuse_unknown(source, found and found[1])


def _restore_postgres(database_url, source):
    """Drop what is there and load the copy, in one transaction."""
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--output={os.devnull}")
    with _start("psql", database_url, *options, stdin=subprocess.PIPE) as psql:
        with suppress(BrokenPipeError):  # it has ended already and reports why
            psql.stdin.write(_PUT_AWAY)
            psql.stdin.flush()
        words = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--file=-", str(source)]
        with _begin(words, stdout=psql.stdin) as reader:
            _, unread = reader.communicate()
        _, refused = psql.communicate("COMMIT;\n" if reader.returncode == 0 else "")  # without it all is undone
    if psql.returncode != 0:
        raise BackupError(f"psql: {refused.strip()}")
    if reader.returncode != 0:
        raise BackupError(f"pg_restore: {unread.strip()}")


def _restore_sqlite(file, source):
    _check_copy(source)
    if file.exists():
        _refuse_company_on(file)
    kept = None
    try:
        with _part_of(file) as part:
            shutil.copyfile(source, part)
            _give_away(part, file)
            _to_disk(part)
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
    """Give ``part`` to the owner of ``file``. If there is no such file and root made ``part``, give
    it to the owner of the folder.

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


def _check_copy(source):
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
    _refuse_unknown(source, revision)


def _refuse_unknown(source, revision):
    """Raise BackupError unless this code knows the revision of a copy, None for one without our tables."""
    if not revision:
        raise BackupError(f"{source} holds a database without the tables of a server.")
    if revision not in schema.revisions():
        raise BackupError(f"{source} is at revision {revision}, which this code does not know.")


def _refuse_company_on(file):
    """Raise BackupError if another process has the file open. Moves the write-ahead log into the file."""
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        raise BackupError("The database is in use. Stop the server and every command first.") from error


def _refuse_company(database_url):
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    engine = create_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if connection.scalar(text(others)):
            raise BackupError("The database is in use. Stop the server and every command first.")


def _run(tool, database_url, *arguments):
    """Run a tool of Postgres to its end. Raises BackupError."""
    with _start(tool, database_url, *arguments) as started:
        _, complaint = started.communicate()
    if started.returncode != 0:
        raise BackupError(f"{tool}: {complaint.strip()}")


def _start(tool, database_url, *arguments, **pipes):
    """Start a tool of Postgres; the password is passed in its environment, never among its arguments."""
    url = make_url(database_url)
    password = url.password or url.query.get("password")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    return _begin([tool, f"--dbname={_without_password(url)}", *map(str, arguments)], env=environment, **pipes)


def _without_password(url):
    """An address of Postgres in the form of its own tools, without a password."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)  # ``set`` keeps it
    return bare.difference_update_query(["password"]).render_as_string()


def _begin(words, **named):
    try:
        return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, **named)
    except FileNotFoundError as error:
        raise BackupError(f"{words[0]} is not installed here (on Debian: apt install postgresql-client).") from error


@contextmanager
def _part_of(target):
    """A new, empty file beside ``target``, for its user alone and of a name that nobody else makes;
    deleted where its making fails.
    """
    handle, part = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    try:
        yield Path(part)
    except BaseException:
        for left in (part, f"{part}-journal"):  # SQLite leaves its journal where it could not undo what failed
            with suppress(OSError):
                os.unlink(left)
        raise


def _refuse_existing(target):
    if target.exists():
        raise BackupError(f"{target} exists already.")


def _to_disk(file):
    handle = os.open(file, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_sqlite(database_url):
    return database_url.startswith("sqlite")


def _file(database_url):
    return Path(make_url(database_url).database)

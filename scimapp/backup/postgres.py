"""Copies of a Postgres database, made and read by its own tools."""

import os
import re
import subprocess
from contextlib import suppress

from sqlalchemy import URL, create_engine, make_url, pool, text

from .refusals import IN_USE, BackupError, refuse_unknown

_REVISION = re.compile(r"^COPY .*alembic_version .*\n(\w+)$", re.MULTILINE)
# Drops everything in the schema of the tables except what extensions own. ``pg_restore --clean`` drops only what the copy
# contains, and fails on what later migrations made: tables that refer to those of the copy, views in place of its tables,
# functions.
_DROP_ALL = """
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


def copy(database_url, part):
    """Write the database, as it is at one moment, into the empty file ``part``."""
    with _start_on("pg_dump", database_url, "--format=custom", "--no-owner", f"--file={part}") as dump:
        _, complaint = dump.communicate()
    if dump.returncode != 0:
        raise BackupError(f"pg_dump: {complaint.strip()}")


def restore(database_url, source):
    """Replace the tables by those of the copy ``source``."""
    _check_archive(source)
    _refuse_company(database_url)
    _load(database_url, source)


def _check_archive(source):
    """Raise BackupError unless ``source`` is a copy of a Postgres database that this code knows."""
    words = ["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source)]
    with _start(words, stdout=subprocess.PIPE) as reader:
        told, unread = reader.communicate()
    if reader.returncode != 0:
        raise BackupError(f"pg_restore: {unread.strip()}")
    found = _REVISION.search(told)
    refuse_unknown(source, found and found[1])


def _load(database_url, source):
    """Drop what is there and load the copy, in one transaction."""
    options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--output={os.devnull}")
    with _start_on("psql", database_url, *options, stdin=subprocess.PIPE) as psql:
        with suppress(BrokenPipeError):  # it has ended already and reports why
            psql.stdin.write(_DROP_ALL)
            psql.stdin.flush()
        words = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--file=-", str(source)]
        with _start(words, stdout=psql.stdin) as reader:
            _, unread = reader.communicate()
        _, refused = psql.communicate("COMMIT;\n" if reader.returncode == 0 else "")  # without it all is undone
    if psql.returncode != 0:
        raise BackupError(f"psql: {refused.strip()}")
    if reader.returncode != 0:
        raise BackupError(f"pg_restore: {unread.strip()}")


def _refuse_company(database_url):
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    engine = create_engine(database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if connection.scalar(text(others)):
            raise BackupError(IN_USE)


def _start_on(tool, database_url, *arguments, **pipes):
    """Start a tool of Postgres; the password is passed in its environment, never among its arguments."""
    url = make_url(database_url)
    password = url.password or url.query.get("password")
    environment = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    return _start([tool, f"--dbname={without_password(url)}", *arguments], env=environment, **pipes)


def without_password(url):
    """An address of Postgres in the form of its own tools, without a password."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)  # ``set`` keeps it
    return bare.difference_update_query(["password"]).render_as_string()


def _start(words, **named):
    try:
        return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, **named)
    except FileNotFoundError as error:
        raise BackupError(f"{words[0]} is not installed here (on Debian: apt install postgresql-client).") from error

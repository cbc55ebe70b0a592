"""Tells which revision the database is at and whether this code knows it, and holds what flask-migrate needs of an
application.

Alembic is imported only when a migration runs, because importing it would be a tenth of every start.
"""

import re
from functools import cache, cached_property
from pathlib import Path

from sqlalchemy import create_engine, exc, inspect, pool, text

from . import db, list_changes
from .driver_errors import NO_RIGHT
from .engines import engine_options

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
CURRENT, EMPTY, BEHIND, AHEAD = "current", "empty", "behind", "ahead"
_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class SchemaError(RuntimeError):
    """The tables are not at the revision that this code needs; the text says what to do."""


class Migrations:
    """``app.extensions["migrate"]``, as flask-migrate and ``migrations/env.py`` read it."""

    directory = str(FOLDER)
    configure_args = {
        "render_as_batch": True,
        "compare_type": True,
        "include_name": lambda name, kind, _: (kind, name) != ("table", list_changes.TABLE),  # no model
    }

    @cached_property
    def migrate(self):
        from flask_migrate import Migrate

        return Migrate(db=db, directory=self.directory, **self.configure_args)


def init_app(app):
    """Let ``flask db …`` find the migrations."""
    app.extensions["migrate"] = Migrations()


def has_tables():
    """Whether migrations have ever run on this database."""
    return inspect(db.engine).has_table("alembic_version")


def has_accounts():
    """Whether there is a table of accounts, as in every revision."""
    return inspect(db.engine).has_table("accounts")


def check_tables():
    """``check`` on a separate connection, for a command."""
    with db.engine.connect() as connection:
        check(connection)


def check_room_for_tables():
    """``refuse_foreign`` on a separate connection, for a command."""
    with db.engine.connect() as connection:
        refuse_foreign(connection)


@cache
def revisions():
    """The revisions that this code knows, newest last."""
    after = {}
    for file in (FOLDER / "versions").glob("[0-9]*.py"):
        names = dict(_REVISION.findall(file.read_text(encoding="utf-8")))
        after[names.get("down_revision")] = names["revision"]
    chain = [after[None]]
    while chain[-1] in after:
        chain.append(after[chain[-1]])
    return tuple(chain)


def state(connection):
    """``(state, revision)``: CURRENT, EMPTY (no tables), BEHIND or AHEAD of this code, and the revision in the database.

    Raises SQLAlchemy's errors when the database does not answer.
    """
    try:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except exc.DBAPIError as error:
        if "alembic_version" not in str(error.orig) or getattr(error.orig, "sqlstate", None) == NO_RIGHT:
            raise
        return EMPTY, None
    if found is None:
        return EMPTY, None
    if found == revisions()[-1]:
        return CURRENT, found
    return (BEHIND if found in revisions() else AHEAD), found


def check(connection):
    """Raise SchemaError unless the tables are at the revision that this code needs."""
    found, revision = state(connection)
    refuse_newer(found, revision)
    if found != CURRENT:
        have = f"at revision {revision}" if revision else "without tables"
        raise SchemaError(
            f"the database is {have} and this code needs {revisions()[-1]}: run flask --app wsgi db upgrade first."
        )


def refuse_newer(found, revision):
    """Raise SchemaError if the ``state`` of a database is AHEAD of this code."""
    if found == AHEAD:
        raise SchemaError(
            f"the database is at revision {revision}, which is newer than this code ({revisions()[-1]}): "
            "start the newer code, or restore the backup from before its migration."
        )


def refuse_foreign(connection):
    """Raise SchemaError if another program's table has a name of ours: here migrations have not run."""
    there = set(inspect(connection).get_table_names())
    if "alembic_version" not in there and (taken := there & db.metadata.tables.keys()):
        raise SchemaError(
            f"the database has a table {min(taken)} that scimapp did not make: another program uses it. "
            "Give scimapp a database of its own (SCIMAPP_DATABASE_URL)."
        )


def check_before_serving(database_url):
    """``check`` on a separate connection. A database that does not answer does not prevent starting: returns why, else None."""
    options = {name: value for name, value in engine_options(database_url).items() if not name.startswith("pool_")}
    options.pop("max_overflow")
    engine = create_engine(database_url, poolclass=pool.NullPool, **options)
    try:
        with engine.connect() as connection:
            check(connection)
    except exc.OperationalError as error:
        return _told(database_url, error.orig)
    except (exc.DatabaseError, exc.ArgumentError) as error:
        raise SchemaError(
            f"the database cannot be read: {_told(database_url, getattr(error, 'orig', error))}."
        ) from error
    return None


def _told(database_url, error):
    """What the driver says, in one line, with the file of SQLite or the setting that holds an address of Postgres."""
    file = database_url.removeprefix("sqlite:///")
    return f"{str(error).strip().partition(chr(10))[0]} ({'SCIMAPP_DATABASE_URL' if file == database_url else file})"

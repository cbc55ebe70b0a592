"""Any command may be the first one on a new server."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from scimapp.database import db
from scimapp.database.schema import revisions
from tests.support import databases as made
from tests.support.databases import only_sqlite
from tests.support.people import MadeAccount


def test_the_first_command_makes_the_tables(flask, app, database, databases, app_with):
    new = made.build_app(databases.unmigrated(database, "first"), databases.folder)

    listed = flask("accounts", "list", "--json", on=new)

    assert (listed.code, listed.json) == (0, {"accounts": []})
    made.dispose(new)


@pytest.mark.parametrize(
    "revision, complaint",
    [
        ("9999", "The database is at revision 9999, which is newer than this code"),
        ("0004", "The database is at revision 0004 and this code needs"),
    ],
)
def test_other_tables_are_left_alone_but_for_a_copy(flask, app, database, databases, tmp_path, revision, complaint):
    """As by the server: old code would overwrite what it does not know, new code miss what is not there."""
    other = made.build_app(databases.copy(database, "other"), databases.folder)
    with other.app_context():
        MadeAccount(other)
        db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        db.session.commit()

    refused = flask("accounts", "list", on=other)
    copied = flask("backup", "create", tmp_path / "copy", on=other)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Error: {complaint}")
    assert refused.err.count("\n") == 1
    assert copied.code == 0
    made.dispose(other)


@only_sqlite
@pytest.mark.parametrize("command", ["accounts list", "db upgrade", "db current"])
def test_a_database_that_is_away_is_one_line(flask, app, databases, command):
    away = made.build_app("postgresql+psycopg://nobody@127.0.0.1:1/nothing", databases.folder)

    refused = flask(*command.split(), on=away)

    assert refused.code == 1
    assert refused.err.startswith("Error: The database does not answer")
    assert refused.err.count("\n") == 1
    made.dispose(away)


@only_sqlite
@pytest.mark.parametrize("command", ["accounts list", "db upgrade"])
def test_a_file_that_is_no_database_is_one_line(flask, app, databases, tmp_path, command):
    (tmp_path / "scimapp.db").write_text("not a database at all\n" * 99)
    odd = made.build_app(f"sqlite:///{tmp_path}/scimapp.db", databases.folder)

    refused = flask(*command.split(), on=odd)

    assert (refused.code, refused.err) == (
        1,
        f"Error: The database cannot be read: file is not a database: {tmp_path}/scimapp.db\n",
    )
    made.dispose(odd)


def test_a_statement_that_cannot_be_done_is_no_database_that_is_away(flask, app, databases, tmp_path):
    """SQLite gives both the same name; which migration failed is told by the way through the code."""
    with closing(sqlite3.connect(tmp_path / "scimapp.db")) as there:
        there.execute("CREATE TABLE accounts (id)")
    half = made.build_app(f"sqlite:///{tmp_path}/scimapp.db", databases.folder)

    with pytest.raises(ProgrammingError, match="table accounts already exists"):
        flask("db", "upgrade", on=half)
    made.dispose(half)


def test_no_account_is_deleted_by_going_back_without_yes(flask, app, database, databases):
    other = made.build_app(databases.copy(database, "other"), databases.folder)
    with other.app_context():
        account_id = MadeAccount(other).id

    refused = [flask("db", "downgrade", "--", target, on=other) for target in ("base", f"-{len(revisions())}")]
    kept = flask("accounts", "list", on=other)
    done = flask("db", "downgrade", "--yes", "base", on=other)
    gone = flask("accounts", "list", on=other)

    line = "Error: This deletes every account and all that is in it. Make a backup, then add --yes.\n"
    assert [(told.code, told.err) for told in refused] == [(1, line)] * 2
    assert account_id in kept.out
    assert done.code == 0, done.err
    assert "without tables" in gone.err
    made.dispose(other)

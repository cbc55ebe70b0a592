"""Any command may be the first one on a new server."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.exc import ProgrammingError

from tests.support import databases as made


def test_the_first_command_makes_the_tables(flask, app, database, databases, app_with):
    new = made.build_app(databases.unmigrated(database, "first"), databases.folder)

    listed = flask("accounts", "list", "--json", on=new)

    assert (listed.code, listed.json) == (0, {"accounts": []})
    made.dispose(new)


@pytest.mark.parametrize("command", ["accounts list", "db upgrade", "db current"])
def test_a_database_that_is_away_is_one_line(flask, app, databases, command):
    away = made.build_app("postgresql+psycopg://nobody@127.0.0.1:1/nothing", databases.folder)

    refused = flask(*command.split(), on=away)

    assert refused.code == 1
    assert refused.err.startswith("Error: The database does not answer")
    assert refused.err.count("\n") == 1
    made.dispose(away)


@pytest.mark.parametrize("command", ["accounts list", "db upgrade"])
def test_a_file_that_is_no_database_is_one_line(flask, app, databases, tmp_path, command):
    (tmp_path / "scimapp.db").write_text("not a database at all\n" * 99)
    odd = made.build_app(f"sqlite:///{tmp_path}/scimapp.db", databases.folder)

    refused = flask(*command.split(), on=odd)

    assert (refused.code, refused.err) == (1, "Error: The database cannot be read: file is not a database\n")
    made.dispose(odd)


def test_a_statement_that_cannot_be_done_is_no_database_that_is_away(flask, app, databases, tmp_path):
    """SQLite gives both the same name; which migration failed is told by the way through the code."""
    with closing(sqlite3.connect(tmp_path / "scimapp.db")) as there:
        there.execute("CREATE TABLE accounts (id)")
    half = made.build_app(f"sqlite:///{tmp_path}/scimapp.db", databases.folder)

    with pytest.raises(ProgrammingError, match="table accounts already exists"):
        flask("db", "upgrade", on=half)
    made.dispose(half)

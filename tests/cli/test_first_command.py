"""Any command may be the first one on a new server."""

import errno
import sqlite3
import sys
from contextlib import closing
from unittest.mock import Mock

import click
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from scimapp.cli import accounts, migrations, output
from scimapp.database import db
from scimapp.database.postgres import refusals
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
    changed = flask("db", "upgrade", on=other) if revision == "9999" else refused
    copied = flask("backup", "create", tmp_path / "copy", on=other)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"Error: {complaint}")
    assert refused.err.count("\n") == 1
    assert changed == refused
    assert copied.code == 0
    made.dispose(other)


@only_sqlite
@pytest.mark.parametrize("command", ["accounts list", "db upgrade", "db current"])
def test_a_database_that_is_away_is_one_line(flask, app, databases, monkeypatch, command):
    monkeypatch.setattr(refusals, "NOT_NOW_SECONDS", 0)
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


def test_a_copy_needs_no_tables_and_makes_none(flask, app, database, databases, tmp_path):
    new = made.build_app(databases.unmigrated(database, "new"), databases.folder)

    taken = flask("backup", "create", tmp_path / "copy", on=new)
    put_back = flask("backup", "restore", tmp_path / "copy", on=new)

    assert (taken.code, put_back.code) == (1, 1)
    assert taken.err.startswith("Error: There is no account in ")
    assert put_back.err == f"Error: There is no file {tmp_path}/copy.\n"
    with new.app_context():
        assert inspect(db.engine).get_table_names() == []
    made.dispose(new)


@only_sqlite
def test_a_database_of_another_program_is_not_copied(flask, app, databases, tmp_path):
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as there:
        there.execute("CREATE TABLE users (id)")
    theirs = made.build_app(f"sqlite:///{tmp_path}/theirs.db", databases.folder)

    refused = flask("backup", "create", tmp_path / "copy", on=theirs)

    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert refused.err.startswith(f"Error: There is no account in {tmp_path}/theirs.db")
    made.dispose(theirs)


@pytest.mark.parametrize("command", ["db upgrade", "accounts list"])
def test_no_tables_are_made_beside_those_of_another_program_with_the_same_name(
    flask, app, database, databases, command
):
    theirs = made.build_app(databases.unmigrated(database, "theirs"), databases.folder)
    with theirs.app_context(), db.engine.begin() as there:
        there.execute(text("CREATE TABLE users (id INTEGER)"))

    refused = flask(*command.split(), on=theirs)

    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert refused.err.startswith(
        "Error: The database has a table users that scimapp did not make: another program uses it."
    )
    with theirs.app_context():
        assert inspect(db.engine).get_table_names() == ["users"]
    made.dispose(theirs)


@only_sqlite
@pytest.mark.parametrize("command", ["create", "restore"])
def test_a_copy_without_a_name_is_bad_input(flask, command):
    refused = flask("backup", command, "")

    assert (refused.code, refused.err) == (2, "Error: FILE is empty. Name the file of the copy.\n")


@only_sqlite
def test_an_answer_that_cannot_be_written_is_told_in_a_line(app, monkeypatch):
    """What is left of it is not written at the end of the process, which would tell of that in lines of its own."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(output.click, "echo", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))

    with pytest.raises(output.Refused, match="It is done, but standard output cannot be written: No space left on"):
        output.show({"token": "secret"}, as_json=False)
    assert sys.stdout is None


@pytest.mark.parametrize(
    "group, words",
    [
        (accounts.commands, ()),
        (accounts.commands, ("list",)),
        (migrations.commands, ()),
        (migrations.commands, ("upgrade",)),
    ],
)
def test_help_that_cannot_be_written_is_told_in_a_line(monkeypatch, group, words):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(click.decorators, "echo", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))

    with pytest.raises(output.Refused, match="The help cannot be written: No space left on device"):
        group.main([*words, "--help"], standalone_mode=False)


def test_a_statement_that_cannot_be_done_is_no_database_that_is_away(flask, app, databases, tmp_path):
    """SQLite gives both the same name; which migration failed is told by the way through the code."""
    with closing(sqlite3.connect(tmp_path / "scimapp.db")) as there:
        there.execute("CREATE TABLE theirs (id)")
        there.execute("CREATE INDEX ix_failed_attempts_key ON theirs (id)")
    half = made.build_app(f"sqlite:///{tmp_path}/scimapp.db", databases.folder)

    with pytest.raises(ProgrammingError, match="index ix_failed_attempts_key already exists"):
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

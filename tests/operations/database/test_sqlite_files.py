"""What SQLite is told on every connection, and what its write-ahead log may grow to."""

import os
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from flask import current_app
from sqlalchemy.exc import OperationalError

from scimapp import create_app
from scimapp.database import at_hand, db, disconnect, driver_errors, engines, run, writing
from scimapp.database.engines import BUSY_MS, CHECKPOINT_PAGES, WAL_BYTES
from scimapp.settings import Settings
from tests.support.databases import dispose

MEBIBYTE = 1024 * 1024
PROMISED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": BUSY_MS,
    "wal_autocheckpoint": CHECKPOINT_PAGES,
    "journal_size_limit": WAL_BYTES,
}


@pytest.fixture
def as_served(databases, tmp_path):
    """The application as a server has it; that of other tests is in no hurry to the disk."""
    url = databases.copy("sqlite", "served")
    app = create_app(Settings.from_environment({"SCIMAPP_DATABASE_URL": url, "SCIMAPP_DATA_DIR": str(tmp_path)}))
    with app.app_context():
        yield Path(url.removeprefix("sqlite:///"))
    dispose(app)


def test_a_folder_that_is_gone_is_a_database_that_is_away(tmp_path):
    """Such as one that was not mounted, or was written wrongly."""
    file = tmp_path / "away" / "scimapp.db"
    own = {"SCIMAPP_DATABASE_URL": f"sqlite:///{file}", "SCIMAPP_DATA_DIR": str(tmp_path)}
    app = create_app(Settings.from_environment(own))

    page = app.test_client().get(f"/invitations/{'x' * 43}")
    command = app.test_cli_runner().invoke(args=["db", "upgrade"])

    assert page.status_code == 503 and "Retry-After" in page.headers
    away = f"unable to open database file {file}: No such file or directory"
    assert (command.exit_code, command.output) == (1, f"Error: The database does not answer: {away}\n")
    dispose(app)


def test_a_file_that_sqlite_cannot_open_is_named(tmp_path, caplog):
    """Such as one of another user, or, as here, a folder."""
    own = {"SCIMAPP_DATABASE_URL": f"sqlite:///{tmp_path}", "SCIMAPP_DATA_DIR": str(tmp_path)}
    app = create_app(Settings.from_environment(own))

    assert app.test_client().get("/readyz").status_code == 503
    assert f"the database does not answer: unable to open database file: {tmp_path}" in caplog.messages
    dispose(app)


def test_a_folder_that_takes_no_log_is_named_with_its_file(as_served, monkeypatch):
    """SQLite opens the file, and fails when it makes the write-ahead log beside it."""
    monkeypatch.setattr(engines, "_PRAGMAS", ("PRAGMA query_only=ON", "CREATE TABLE log (text)"))
    disconnect()

    with pytest.raises(OperationalError, match=re.escape(str(as_served))) as refused:
        run("SELECT 1")

    assert driver_errors.is_read_only(refused.value)  # SQLite's code is still there


def told(read):
    """What a connection has been told; ``read(statement)`` gives the first column of the first row."""
    return {name: read(f"PRAGMA {name}") for name in PROMISED}


def test_every_connection_keeps_what_it_has_confirmed(as_served):
    """Those of the pool, those that write beside it, and both when they are used again. ``write_ahead_log`` does for
    those that write what ``synchronous=FULL`` does for the others.
    """
    seen, together = [], Barrier(4)

    def in_a_thread(app):
        with app.app_context():
            with writing(is_note=True):  # in a hurry, which is over afterwards
                run("UPDATE accounts SET name = name")
            seen.append(told(lambda statement: run(statement).fetchone()[0]))
            together.wait(30)  # no thread goes on with the connection of another
            return id(at_hand().connection)

    app = current_app._get_current_object()
    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            kept = list(pool.map(in_a_thread, [app] * 4))
        connections = [db.engine.connect() for _ in range(4)]
        seen += [told(lambda statement, on=on: on.exec_driver_sql(statement).scalar()) for on in connections]
        for connection in connections:
            connection.close()

    assert len(set(kept)) == 4
    assert seen == 2 * (4 * [PROMISED | {"synchronous": 1}] + 4 * [PROMISED])


def test_the_write_ahead_log_shrinks_after_a_long_reader(as_served):
    log = as_served.with_name(as_served.name + "-wal")
    with db.engine.connect() as writer, db.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM users").scalar()  # its moment has to be kept until it ends
        writer.exec_driver_sql("CREATE TABLE ballast (content BLOB)")
        for _ in range(WAL_BYTES // MEBIBYTE + 8):
            writer.exec_driver_sql(f"INSERT INTO ballast VALUES (zeroblob({MEBIBYTE}))")
        writer.commit()
        assert log.stat().st_size > WAL_BYTES

        reader.rollback()
        for _ in range(3):
            writer.exec_driver_sql("INSERT INTO ballast VALUES (NULL)")
            writer.commit()

        assert log.stat().st_size <= WAL_BYTES


@pytest.fixture
def client(as_served):
    """The application's own client, once its connections are open."""
    found = current_app.test_client()
    assert found.get("/readyz").status_code == 200
    return found


def test_nothing_is_confirmed_into_a_file_that_is_gone(as_served, client):
    moved = as_served.with_name("moved.db")
    as_served.rename(moved)
    gone = client.get("/readyz").status_code
    is_made_anew = as_served.exists()
    moved.rename(as_served)

    assert (gone, is_made_anew) == (503, False)
    assert client.get("/readyz").status_code == 200


def test_nothing_is_confirmed_beside_a_file_that_took_the_place(as_served, client, caplog):
    """Such as a copy that was put back while the server runs: its caches belong to the file before."""
    other = as_served.with_name("other.db")
    other.write_bytes(as_served.read_bytes())
    other.replace(as_served)

    assert client.get("/readyz").status_code == 503
    with ThreadPoolExecutor(1) as threads:  # with a connection of its own
        assert (
            threads.submit(current_app._get_current_object().test_client().get, "/readyz").result().status_code == 503
        )
    assert "was deleted or replaced while it was open" in caplog.text


def test_no_later_file_is_taken_for_the_first_one(as_served, client):
    """Once a file is deleted and nobody has it open, the system gives its number to another: that of a second restore."""
    other = as_served.with_name("other.db")
    other.write_bytes(as_served.read_bytes())
    other.replace(as_served)
    assert client.get("/readyz").status_code == 503

    disconnect()
    opened = {os.readlink(each) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}

    assert f"{as_served} (deleted)" in opened


def test_nothing_is_confirmed_into_a_write_ahead_log_that_is_gone(as_served, client):
    as_served.with_name(as_served.name + "-wal").unlink()

    assert client.get("/readyz").status_code == 503


def test_a_file_that_was_damaged_is_told_as_a_database_that_is_away(as_served, client):
    disconnect()
    as_served.write_bytes(as_served.read_bytes()[:4096] + b"x" * 40_960)

    ready, page = client.get("/readyz"), client.get(f"/invitations/{'x' * 43}")

    assert (ready.status_code, ready.json["database"], page.status_code) == (503, "unavailable", 503)


def test_a_file_that_may_be_written_again_is_written_again(as_served, monkeypatch):
    """SQLite opens a file that it may not write for reading, and the connection stays so."""
    for_reading = partial(sqlite3.connect, f"file:{as_served}?mode=ro", uri=True, check_same_thread=False)
    disconnect()
    client = current_app.test_client()
    with monkeypatch.context() as patched:
        patched.setattr(db.engine.dialect.loaded_dbapi, "connect", lambda *_, **__: for_reading())
        before = client.get("/readyz").status_code

    assert [before, client.get("/readyz").status_code] == [503, 200]

"""A commit of SQLite is on the disk before anybody is told of it; others write while the disk works (decision 0123)."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy.exc import OperationalError

from scimapp import create_app
from scimapp.database import db, run, write_ahead_log, writing
from scimapp.settings import Settings
from tests.support.databases import dispose


@pytest.fixture
def log(databases, tmp_path):
    """The log of an application that waits for the disk as a server does."""
    url = databases.copy("sqlite", "flushed")
    app = create_app(Settings.from_environment({"SCIMAPP_DATABASE_URL": url, "SCIMAPP_DATA_DIR": str(tmp_path)}))
    with app.app_context():
        with writing():
            run("CREATE TABLE notes (text)")
        yield Path(url.removeprefix("sqlite:///") + "-wal")
    dispose(app)


@pytest.fixture
def disk(monkeypatch):
    """``disk(flush)`` replaces what brings a file to the disk."""
    return lambda flush: monkeypatch.setattr(write_ahead_log, "_to_disk", flush)


def note(text, app=None):
    with (app or current_app).app_context(), writing(is_note=True):
        run("INSERT INTO notes VALUES (?)", (text,))


def noted():
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT text FROM notes ORDER BY rowid").scalars().all()


@contextmanager
def a_reader():
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM notes").scalar()
        yield


def fail(_number):
    raise OSError(errno.EIO, "Input/output error")


def test_the_log_with_the_commit_is_flushed_before_writing_ends(log, disk):
    seen = []
    disk(lambda number: seen.append((os.path.samestat(os.fstat(number), log.stat()), noted())))

    note("one")
    seen.append("ended")
    note("two")

    assert seen == [(True, ["one"]), "ended", (True, ["one", "two"])]


def test_a_transaction_that_changes_nothing_does_not_wait_for_the_disk(log, disk):
    note("one")
    disk(fail)

    with writing():
        run("UPDATE notes SET text = 'other' WHERE text = 'missing'")


def test_others_write_while_a_commit_is_on_its_way_to_the_disk(log, disk):
    app, order = current_app._get_current_object(), []
    with ThreadPoolExecutor(1) as other:

        def flush(_number):
            order.append("begins")
            if len(order) == 1:
                other.submit(note, "two", app).result()
            order.append("ends")

        disk(flush)
        note("one")

    assert order == ["begins", "begins", "ends", "ends"]
    assert noted() == ["one", "two"]


def test_after_a_failure_of_the_disk_nothing_is_confirmed_until_the_log_begins_anew(log, disk):
    note("one")
    with a_reader():
        disk(fail)
        with pytest.raises(OperationalError, match="Input/output error"):
            note("two")
        disk(os.fdatasync)
        with pytest.raises(OperationalError, match="the write-ahead log is in use"):
            note("refused")
    salt = log.read_bytes()[16:24]

    note("three")

    assert log.read_bytes()[16:24] != salt
    assert noted() == ["one", "two", "three"]
    assert write_ahead_log._doubtful == set()


def test_who_flushes_after_another_one_failed_is_not_told_that_all_is_well(log, disk):
    app = current_app._get_current_object()
    with ThreadPoolExecutor(1) as other:

        def flush(_number):
            disk(fail)
            with pytest.raises(OperationalError):
                other.submit(note, "two", app).result()

        disk(flush)
        with pytest.raises(OperationalError, match="an earlier commit may be missing"):
            note("one")
    disk(os.fdatasync)
    note("three")

    assert noted() == ["one", "two", "three"]

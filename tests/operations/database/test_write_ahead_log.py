"""A commit of SQLite is on the disk before anybody is told of it; others write while the disk works (decision 0123)."""

import errno
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy.exc import OperationalError

from scimapp import create_app
from scimapp.database import db, disconnect, run, writing
from scimapp.database.sqlite import write_ahead_log
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


def test_who_finds_nothing_left_to_do_waits_for_what_others_have_committed(log, disk):
    """The repeat of a call whose answer did not come: it confirms what may not be on the disk yet."""
    app, seen = current_app._get_current_object(), []

    def change_nothing():
        with app.app_context(), writing():
            run("UPDATE notes SET text = 'other' WHERE text = 'missing'")

    with ThreadPoolExecutor(1) as other:

        def flush(number):
            seen.append(noted())
            if len(seen) == 1:
                other.submit(change_nothing).result()

        disk(flush)
        note("one")
    with closing(sqlite3.connect(str(log).removesuffix("-wal"))) as process, process:
        process.execute("INSERT INTO notes VALUES ('of another process')")
    change_nothing()
    change_nothing()

    assert seen == [["one"], ["one"], ["one", "of another process"]]


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


@pytest.fixture
def rewritten(monkeypatch):
    """What is written beside SQLite: lists of parts of the log."""
    parts, write = [], os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda number, part, place: parts.append(part) or write(number, part, place))
    return parts


def test_after_a_failure_of_the_disk_nothing_is_confirmed_until_the_log_was_written_again(log, disk, rewritten):
    note("one")
    disk(fail)
    with pytest.raises(OperationalError, match="Input/output error"):
        note("two")
    with pytest.raises(OperationalError, match="Input/output error"):
        note("refused")
    disk(os.fdatasync)
    doubtful = log.read_bytes()
    rewritten.clear()

    with a_reader():
        note("three")

    assert b"".join(rewritten) == doubtful
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
        with pytest.raises(OperationalError, match="Input/output error"):
            note("one")
    disk(os.fdatasync)
    note("three")

    assert noted() == ["one", "two", "three"]


def test_each_of_two_who_flush_together_hears_of_an_error_that_is_told_once_to_a_file(log, disk):
    app, told = current_app._get_current_object(), set()
    with ThreadPoolExecutor(1) as other:

        def flush(number):
            if number not in told:
                told.add(number)
                if len(told) == 1:
                    with pytest.raises(OperationalError, match="Input/output error"):
                        other.submit(note, "two", app).result()
                fail(number)

        disk(flush)
        with pytest.raises(OperationalError, match="Input/output error"):
            note("one")


def test_what_a_failure_has_left_is_written_again_at_once(log, disk, rewritten):
    """The process may end before anybody writes again, and another one does not know."""
    note("one")

    def flush(number):
        disk(os.fdatasync)
        fail(number)

    disk(flush)
    with pytest.raises(OperationalError, match="Input/output error"):
        note("two")

    assert b"".join(rewritten) == log.read_bytes()
    assert write_ahead_log._doubtful == set()


def test_a_connection_that_is_given_up_keeps_no_log_open(log):
    """The system keeps a deleted file of up to 64 MB for as long as somebody has it open."""
    there = log.stat()
    opened = [int(number) for number in os.listdir("/dev/fd")]

    disconnect()

    kept = [number for number in opened if is_open(number) and os.path.samestat(os.fstat(number), there)]
    assert (kept, log.exists()) == ([], False)


def is_open(number):
    try:
        return os.fstat(number) is not None
    except OSError:
        return False

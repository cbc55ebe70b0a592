"""What holds the number of a database's file: refused in one line where that fails."""

import os
import sqlite3
from contextlib import suppress
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from scimapp.database import engines
from scimapp.database.sqlite import file_in_place
from scimapp.database.sqlite.file_in_place import Place


@pytest.fixture
def file(tmp_path):
    return tmp_path / "scimapp.db"


@pytest.fixture
def engine(file):
    made = create_engine(f"sqlite:///{file}")
    engines.prepare_sqlite(made, has_begun=lambda _connection: False)
    yield made
    made.dispose()


@pytest.fixture
def all_but():
    """``all_but(3)`` takes every descriptor of the process but three."""
    resource = pytest.importorskip("resource")
    before, taken = resource.getrlimit(resource.RLIMIT_NOFILE), []

    def take(left):
        with suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for _ in range(left):
            os.close(taken.pop())

    highest = max(map(int, os.listdir("/dev/fd")))
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 20, before[1]))
    yield take
    for descriptor in taken:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("left", range(4))
def test_who_runs_out_of_descriptors_finds_the_database_away(engine, file, all_but, left):
    """The file, its log, the memory that both share, and the descriptor that holds the number."""
    engine.connect().close()  # whatever is loaded at the first use
    engine.dispose()
    file.rename(file.with_suffix(".old"))
    all_but(left)

    with pytest.raises(OperationalError, match="unable to open database file"):
        engine.connect()


def test_a_file_that_went_while_it_was_opened_is_refused(engine, file):
    place = Place(engine)
    record = SimpleNamespace(info={})

    with pytest.raises(sqlite3.OperationalError, match="was deleted or replaced while it was open"):
        place.remember(record)
    assert record.info == {}


def test_two_connections_that_are_made_at_once_leave_one_descriptor(engine, file, monkeypatch):
    """The second took the place of the first, which nobody closed any more."""
    file.touch()
    place, hold, opened = Place(engine), file_in_place._hold, []

    def held(name):
        if not opened:  # the other thread comes in between
            opened.append(None)
            place.remember(SimpleNamespace(info={}))
        opened.append(hold(name))
        return opened[-1]

    monkeypatch.setattr(file_in_place, "_hold", held)
    place.remember(SimpleNamespace(info={}))

    still_open = [descriptor for descriptor in opened[1:] if os.path.exists(f"/dev/fd/{descriptor}")]
    assert len(opened) == 3
    assert still_open == list(place._held.values())

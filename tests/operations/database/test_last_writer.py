"""On SQLite whoever writes takes the connection that wrote last: it alone still knows the pages that it has read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scimapp.database import at_hand, run, writing
from scimapp.database.transactions import _sqlite_queue

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def write(app):
    """Write once in a context of its own; returns the connection that did."""
    with app.app_context():
        at_hand()  # a call has read something by then
        with writing():
            run("UPDATE accounts SET name = name")
            return at_hand().connection


def test_one_after_the_other_they_write_with_one_connection(app, account):
    with ThreadPoolExecutor(2) as threads:
        used = [threads.submit(write, app).result() for _ in range(4)]

    assert len(set(map(id, used))) == 1


def test_whoever_waited_to_write_gets_the_connection_of_the_one_before(app, account):
    with ThreadPoolExecutor(1) as other:
        with writing():
            first = at_hand().connection
            waiting = other.submit(write, app)
            while not _sqlite_queue.is_waited_for():
                pass
        read_with = at_hand().connection  # the other one may not have come to it yet

        assert waiting.result() is first
    assert read_with is not first


def test_a_connection_that_somebody_reads_with_is_not_waited_for(app, account):
    with ThreadPoolExecutor(1) as other:
        first = other.submit(write, app).result()
        assert at_hand().connection is first

        assert other.submit(write, app).result() is not first

"""Threads of a worker take turns: few serve at once, and nobody stands behind one that waits."""

import os
import threading
from contextlib import ExitStack

import pytest

from scimapp.serving import turns
from tests.operations.connections.test_worker import ODD, answered, connected, request
from tests.support.server import ForkedServer

AT_ONCE = 2
WAITING = 7  # one thread of eight is left


@pytest.fixture(scope="module")
def server(databases, tmp_path_factory):
    """One process with as many threads as it comes with."""
    running = ForkedServer(
        tmp_path_factory.mktemp("turns"), databases.copy("sqlite", "turns"), ODD, WEB_CONCURRENCY="1"
    )
    yield running.start()
    running.end()


def test_nobody_stands_behind_requests_that_wait(server, tmp_path):
    pipes = [tmp_path / f"pipe{number}" for number in range(WAITING)]
    with ExitStack() as stack:
        waiting = [stack.enter_context(connected(server)) for _ in pipes]
        for client, pipe in zip(waiting, pipes, strict=True):
            os.mkfifo(pipe)
            client.sendall(request(f"/odd/wait?pipe={pipe}"))
        writers = [
            stack.enter_context(open(pipe, "wb")) for pipe in pipes
        ]  # each opens once a thread reads: all wait now
        another = stack.enter_context(connected(server))
        for _ in range(3):
            another.sendall(request("/odd/count"))
            assert answered(another)[0] == 200
        for writer in writers:
            writer.write(b"told")
            writer.close()

        assert [answered(client)[2] for client in waiting] == [b"told"] * WAITING
        another.sendall(request("/odd/count"))
        assert answered(another)[0] == 200


class Threads:
    """Threads that take turns of one kind and tell what becomes of them."""

    def __init__(self):
        self.turns = turns.Turns(AT_ONCE)
        self.taken = []
        self._came = threading.Semaphore(0)

    def start(self):
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        self.taken.append(self.turns.take())
        self._came.release()

    def came(self, count):
        """Wait until so many more have their turn."""
        return all(self._came.acquire(timeout=10) for _ in range(count))

    @property
    def is_anybody_next(self):
        """Whether another one would get a turn now."""
        return self.turns.free.acquire(blocking=False)


@pytest.fixture
def threads():
    return Threads()


@pytest.fixture
def moment(monkeypatch):
    """The second of the monotonic clock, as a list of one."""
    seconds = [100.0]
    monkeypatch.setattr(turns.time, "monotonic", lambda: seconds[0])
    return seconds


def test_only_so_many_serve_at_once(threads):
    for _ in range(AT_ONCE):
        threads.start()

    assert threads.came(AT_ONCE)
    assert not threads.is_anybody_next


def test_one_that_is_away_is_stood_in_for_and_waits_when_it_is_back(threads, moment):
    for _ in range(AT_ONCE):
        threads.start()
    assert threads.came(AT_ONCE)
    one = threads.taken[0]

    one.begin()
    threads.turns.stand_in()
    assert not one.is_stood_in_for
    moment[0] += 2 * turns.AWAY_SECONDS
    threads.turns.stand_in()
    threads.turns.stand_in()
    threads.start()
    assert threads.came(1)
    assert not threads.is_anybody_next

    back = threading.Thread(target=one.end, daemon=True)
    back.start()
    other = threads.taken[1]
    other.begin()
    moment[0] += 2 * turns.AWAY_SECONDS
    threads.turns.stand_in()  # now the other is away
    back.join(10)
    assert not back.is_alive()
    assert not threads.is_anybody_next


def test_one_that_was_quick_goes_on(threads, moment):
    threads.start()
    assert threads.came(1)
    (one,) = threads.taken

    one.begin()
    one.end()
    moment[0] += 2 * turns.AWAY_SECONDS
    threads.turns.stand_in()
    assert not one.is_stood_in_for


def test_somebody_is_called_when_all_are_busy_and_goes_when_they_are_not(threads):
    calls = []
    threads.turns.wake = lambda: calls.append("wake")
    for _ in range(AT_ONCE):
        threads.start()
    assert threads.came(AT_ONCE)
    one, other = threads.taken

    one.begin()
    assert (calls, threads.turns.is_watched) == ([], False)
    other.begin()
    one.end()
    one.begin()
    assert (calls, threads.turns.is_watched) == (["wake"], True)

    one.end()
    looks = 0
    while threads.turns.is_watched:
        threads.turns.stand_in()
        looks += 1
    assert looks > 1  # not at the first quiet moment: they come and go
    one.begin()
    assert calls == ["wake", "wake"]

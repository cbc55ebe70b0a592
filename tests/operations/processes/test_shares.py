"""Processes of a server take about as many connections each."""

import os
import signal
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scimapp.serving.shares import PAUSES, Shares
from tests.operations.connections.test_worker import ODD, answered, connected, request
from tests.support.server import ForkedServer


@pytest.fixture
def shares():
    """A server of two processes at the first two of four seats."""
    made = Shares(4)
    made.at(0).tell(3)
    made.at(1).tell(1)
    return made


def pauses(share, meanwhile=lambda: None):
    """How often the process paused before it went to accept a connection; ``meanwhile`` is what others did in each pause."""
    made = []
    share.let_others_come_first(lambda seconds: (made.append(seconds), meanwhile()))
    return len(made)


def test_who_has_fewer_comes_at_once(shares):
    assert pauses(shares.at(1)) == 0


def test_who_has_as_many_comes_at_once(shares):
    shares.at(1).tell(3)

    assert (pauses(shares.at(0)), pauses(shares.at(1))) == (0, 0)


def test_who_has_more_waits_until_another_comes(shares):
    shares.at(0).tell(9)
    coming = iter(range(2, 10))

    assert pauses(shares.at(0), lambda: shares.at(1).tell(next(coming))) == 4


@pytest.mark.parametrize(("more", "made"), [(1, 1), (5, 5), (PAUSES, PAUSES), (PAUSES + 1, PAUSES), (1000, PAUSES)])
def test_one_that_does_not_come_is_waited_for_as_long_as_it_has_fewer(shares, more, made):
    shares.at(0).tell(1 + more)

    assert pauses(shares.at(0)) == made


@pytest.mark.parametrize("leave", [lambda shares: shares.at(1).leave(), lambda shares: shares.leave(1)])
def test_nobody_waits_for_one_that_has_left(shares, leave):
    leave(shares)

    assert pauses(shares.at(0)) == 0


def test_a_seat_too_many_is_the_last_one(shares):
    shares.at(9).tell(0)

    assert pauses(shares.at(1)) == 1
    shares.leave(9)
    assert pauses(shares.at(1)) == 0


@contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        while any(
            thread.read_text().rpartition(") ")[2][0] != "T" for thread in Path(f"/proc/{pid}/task").glob("*/stat")
        ):
            pass  # a thread that runs goes on for a moment
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def process_of(client):
    client.sendall(request("/odd/pid"))
    return int(answered(client)[2])


def test_a_process_that_stood_still_has_its_share_again(databases, tmp_path):
    """Meanwhile the other one takes what comes."""
    with ExitStack() as stack:
        server = ForkedServer(tmp_path, databases.copy("sqlite", "shares"), ODD, WEB_CONCURRENCY="2")
        stack.callback(server.end)
        still, busy = server.start().workers

        def processes_of(number):
            clients = [stack.enter_context(connected(server)) for _ in range(number)]
            return [process_of(client) for client in clients]

        started = set()
        while len(started) < 2:
            with connected(server) as client:
                started.add(process_of(client))
        with stopped(still):
            assert processes_of(12) == [busy] * 12
        taken = processes_of(24)
    assert abs(taken.count(still) - 12 - taken.count(busy)) <= 6

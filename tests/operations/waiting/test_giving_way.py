"""Work beside the threads that serve is done in pieces."""

import time

from scimapp import background


def test_work_pauses_whenever_it_took_a_while(monkeypatch):
    worked, pauses = [0.0], []
    monkeypatch.setattr(time, "thread_time", lambda: worked[0])
    monkeypatch.setattr(time, "sleep", pauses.append)

    done = []
    for thing in background.giving_way(range(10)):
        worked[0] += 0.4 * background.WORKED_SECONDS
        done.append((thing, len(pauses)))

    assert done == [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2), (8, 2), (9, 3)]
    assert set(pauses) == {background.PAUSE_SECONDS}


def test_little_work_is_not_interrupted(monkeypatch):
    pauses = []
    monkeypatch.setattr(time, "thread_time", lambda: 0.0)
    monkeypatch.setattr(time, "sleep", pauses.append)

    assert (list(background.giving_way("abc")), pauses) == (["a", "b", "c"], [])

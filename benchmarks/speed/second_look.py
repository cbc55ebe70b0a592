"""Measures again what missed a goal or met it by little, once the run is over (docs/decisions/0136).

A slow minute of the machine makes one call look slow, or one size, or one side of a comparison. The second look takes the calls
that a goal compares one right after another, in several rounds, on new copies of the same databases. What is told is the median over
the turns of both looks: whoever really misses a goal misses it in most turns of both.
"""

import contextlib
import random
import time

from . import groups, truth
from .findings import is_unsure
from .floors_beside import Floors
from .rounds import Bench, warm
from .servers import scimapp
from .target import of_stage

ROUNDS = 4
_COMPANIONS = {"add": "remove", "remove": "add"}  # one makes a group larger, the other as small as it was


def costs(played):
    """Seconds of a turn by key."""
    return {key: series.took / max(1, len(series.slices)) for key, (series, *_) in played.items()}


def chosen(figures, findings, seconds):
    """Lists of the keys that are to be played one after another: those with a missed goal first, and of these the shortest, so that
    most goals are looked at again before the time is over.

    Two goals about the same call come into one list. ``seconds`` of a turn are told by the keys that can be played (``costs``).
    """
    lists, missed = [], set()
    for one in filter(is_unsure, (*figures, *findings)):
        keys = {one.key} if hasattr(one, "key") else set(one.of)
        keys = {key for key in keys | set(map(_companion, keys)) if key in seconds}
        missed |= keys if one.verdict == "missed" else set()
        same = [other for other in lists if other & keys]
        if keys and not same:
            lists.append(keys)
        elif keys:
            same[0].update(keys, *same[1:])
            lists = [other for other in lists if other is same[0] or not any(other is one for one in same[1:])]
    lists.sort(key=lambda keys: (keys.isdisjoint(missed), sum(map(seconds.get, keys))))
    return [sorted(keys) for keys in lists]


def _companion(key):
    start, dash, kind = key[-1].rpartition("-")
    return (*key[:-1], f"{start}-{_COMPANIONS[kind]}") if dash and kind in _COMPANIONS else key


def fitting(lists, played, seconds):
    """The first of the lists, and those of the others that can be played in so many ``seconds`` altogether."""
    found, left, each = [], seconds, costs(played)
    for keys in lists:
        needs = ROUNDS * sum(map(each.get, keys))
        if needs <= left or not found:
            found.append(keys)
            left -= needs
    return found


def look(lists, played, seconds, lasting, folder):
    """Play the lists round by round, once their servers are up, for ``lasting`` seconds at most. Returns complaints.

    ``played`` are ``(Series, kind, CPU seconds a second at rest)`` by key; the Series get further stretches.
    """
    with contextlib.ExitStack() as opened:
        places = _places(lists, played, seconds, folder, opened)
        until = time.perf_counter() + lasting
        for number in range(ROUNDS):
            for keys in lists:
                if time.perf_counter() < until:
                    _play(keys, played, places, number)
        complaints = []
        for _, server, target in places.values():
            complaints += truth.compare(target, server)
    return complaints


def _places(lists, played, seconds, folder, opened):
    """``{(database, people): (Bench, server, target)}`` with new copies, all up at once."""
    places = {}
    for database, people in sorted({key[:2] for keys in lists for key in keys}):
        mine = [played[key] for keys in lists for key in keys if key[:2] == (database, people)]
        kind, operations = mine[0][1], [series.operation for series, _, _ in mine]
        staged = kind.stage(people)
        server = opened.enter_context(scimapp(staged, folder))
        bench = Bench(opened.enter_context(Floors(people, folder)), seconds, kind)
        bench.at_rest = mine[0][2]
        target = of_stage(staged, server.port)
        groups.make(target, server, operations)
        warm(operations, target, server)
        places[database, people] = bench, server, target
    return places


def _play(keys, played, places, number):
    """One round: each once, in an order that changes."""
    order = list(keys)
    random.Random(number).shuffle(order)
    for key in sorted(order, key=lambda key: played[key][0].operation.comes_late):
        series = played[key][0]
        bench, server, target = places[key[:2]]
        if series.complaint or number >= (series.operation.rounds or ROUNDS):
            continue
        if series.first is None:
            series.first = len(series.slices)
        series.target = target
        bench.play(series, server)

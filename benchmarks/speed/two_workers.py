"""Reads of 16 clients with one worker on one core, and with two workers on two cores, in turns.

On a machine of two cores the load needs a part of the second one. It is small (``prepared``) and taken off: what is judged is what the
cores that the load left free answered.

The one worker is kept on its core, so each of the two is as well. Two that the system may move between the cores are told beside them, and
bare Flask (F) with two workers, which tells what the machine gives: two cores of a virtual machine may be two threads of one.
"""

import os
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import NamedTuple

from .findings import Finding, looked_again, of_waiting
from .floors_beside import floor_server, floor_target
from .operations import floors, people
from .prepared import ask, prepare
from .rounds import rest
from .servers import every_core, scimapp
from .target import of_stage

TURNS = 4
_NO_ROOM = "; no goal here: the database computes on the same two cores, so the computing of a read is judged"
_CLIENTS, _PREPARED, _SECONDS = 16, 400, 1.5


@dataclass(frozen=True, slots=True)
class _Turn:
    """Answers a second, CPU microseconds of the server for each, and the cores that the load used."""

    rate: float
    cost: float
    load: float


class _Five(NamedTuple):
    """A thing of each server: of ours with one worker, with two that are kept ``apart``, each on a core, and with two that move as they
    like; of F with one, and with two that are kept apart.
    """

    one: object
    apart: object
    moving: object
    floor: object
    floor_apart: object


class _Side:
    """A server with its questions; ``complaints`` are the answers that were not as before."""

    def __init__(self, server, step, target):
        self.server, self.complaints = server, []
        self._questions = prepare(step, target, server, _PREPARED)

    def turn(self, share=1):
        """A _Turn of so many times ``_SECONDS``."""
        began = self.server.processor()
        came = ask(self.server.port, self._questions, _CLIENTS, _SECONDS * share)
        rest(self.server, time.perf_counter())  # its log would be written in the turn of the other
        cost = 1e6 * (self.server.processor() - began) / max(1, came.requests)
        if came.complaint:
            self.complaints.append(f"{self.server.workers} workers: {came.complaint}")
        return _Turn(came.requests / came.seconds, cost, came.own / came.seconds)


def look(kind, size, folder, where):
    """``(Findings, complaints)``; none on one core."""
    mine = set(sorted(every_core())[:2])
    beside, pinned = every_core() - mine, os.sched_getaffinity(0)
    if len(mine) < 2:
        return [], []
    both = {"workers": 2, "on": mine}
    with ExitStack() as opened:
        begun = []
        for placed in ({}, both, both):
            stage = kind.stage(size)
            server = opened.enter_context(scimapp(stage, folder, **placed))
            begun.append(_Side(server, people.get, of_stage(stage, server.port)))
        for placed in ({}, both):
            server = opened.enter_context(floor_server(size, folder, **placed))
            begun.append(_Side(server, floors.read, floor_target(server, size)))
        sides = _Five(*begun)
        for side in (sides.apart, sides.floor_apart):
            side.server.keep_apart()
        os.sched_setaffinity(0, beside or pinned)
        try:
            found = _found(sides, bool(beside), where, has_room=bool(beside) or kind.name == "sqlite")
        finally:
            os.sched_setaffinity(0, pinned)
        complaints = [line for side in sides for line in (*side.complaints, *side.server.complaints_of_locks)]
    return found, complaints


def _found(sides, has_own_cores, where, has_room):
    """``has_own_cores`` is whether the load runs on others than the two, ``has_room`` whether what the database computes leaves the two to
    the workers.
    """
    turns = []

    def gain(alone, both):
        free = 2 if has_own_cores else 2 - both.load
        return both.rate * 2 / free / alone.rate

    def measure():
        turn = _Five(*[side.turn() for side in sides])
        turns.append(turn)
        return gain(turn.one, turn.apart)

    def middle(value):
        return statistics.median(map(value, turns))

    for side in sides:
        side.turn(1 / 3)
    values = [measure() for _ in range(TURNS)]
    name = "reads with two workers on two cores ÷ with one"
    found = looked_again(
        of_waiting(name, statistics.median(values), "×", where, 1.7 if has_room else None, True), values, measure, TURNS
    )
    beside = "{:.2f} with workers that move between the cores; F, the machine's own, {:.2f}"
    gains = beside.format(
        middle(lambda turn: gain(turn.one, turn.moving)), middle(lambda turn: gain(turn.floor, turn.floor_apart))
    )
    costs = beside.format(
        middle(lambda turn: turn.moving.cost / turn.one.cost),
        middle(lambda turn: turn.floor_apart.cost / turn.floor.cost),
    )
    note = (
        f"{gains}; {middle(lambda turn: turn.one.rate):.0f} and {middle(lambda turn: turn.apart.rate):.0f} requests/s; "
        f"the load used {middle(lambda turn: turn.apart.load):.2f} cores"
        + ("" if has_own_cores else " of the two, which are taken off")
        + ("" if has_room else _NO_ROOM)
    )
    each = f"{middle(lambda turn: turn.one.cost):.0f} and {middle(lambda turn: turn.apart.cost):.0f} µs"
    return [
        replace(found, note=note + found.note),
        Finding(
            "computing a read with two workers ÷ with one",
            middle(lambda turn: turn.apart.cost / turn.one.cost),
            "×",
            where,
            1.18,
            note=f"{costs}; {each}; 2 cores ÷ 1.18 are the 1.7 of the goal",
        ),
    ]

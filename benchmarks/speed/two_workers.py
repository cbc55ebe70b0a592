"""Reads of 16 clients with one worker on one core, and with two workers on two cores, in turns.

On a machine of two cores the load needs a part of the second one. It is small (``prepared``) and taken off: what is judged is what the
cores that the load left free answered.
"""

import os
import statistics
import time
from dataclasses import dataclass, replace

from .findings import Finding, looked_again, of_waiting
from .operations import people
from .prepared import ask, prepare
from .rounds import rest
from .servers import every_core, scimapp
from .target import of_stage

TURNS = 4
_CLIENTS, _PREPARED, _SECONDS = 16, 400, 1.5


@dataclass(frozen=True, slots=True)
class _Turn:
    """Answers a second, CPU microseconds of the server for each, and the cores that the load used."""

    rate: float
    cost: float
    load: float


class _Side:
    """A server with its questions; ``complaints`` are the answers that were not as before."""

    def __init__(self, stage, server):
        self.server, self.complaints = server, []
        self._questions = prepare(people.get, of_stage(stage, server.port), server, _PREPARED)

    def turn(self, seconds=_SECONDS):
        began = self.server.processor()
        came = ask(self.server.port, self._questions, _CLIENTS, seconds)
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
    stages = kind.stage(size), kind.stage(size)
    with scimapp(stages[0], folder) as one, scimapp(stages[1], folder, workers=2, on=mine) as two:
        sides = [_Side(stage, server) for stage, server in zip(stages, (one, two), strict=True)]
        os.sched_setaffinity(0, beside or pinned)
        try:
            found = _found(sides, bool(beside), where)
        finally:
            os.sched_setaffinity(0, pinned)
        complaints = [line for side in sides for line in (*side.complaints, *side.server.complaints_of_locks)]
    return found, complaints


def _found(sides, has_own_cores, where):
    """``has_own_cores`` is whether the load runs on others than the two."""
    turns = []

    def measure():
        alone, both = turn = [side.turn() for side in sides]
        turns.append(turn)
        free = 2 if has_own_cores else 2 - both.load
        return both.rate * 2 / free / alone.rate

    for side in sides:
        side.turn(0.5)
    values = [measure() for _ in range(TURNS)]
    name = "reads with two workers on two cores ÷ with one"
    found = looked_again(of_waiting(name, statistics.median(values), "×", where, 1.7, True), values, measure, TURNS)
    alone, both = ([turn[side] for turn in turns] for side in (0, 1))
    rates, costs = [_middle(side, "rate") for side in (alone, both)], [_middle(side, "cost") for side in (alone, both)]
    note = (
        f"{rates[0]:.0f} and {rates[1]:.0f} requests/s, {costs[0]:.0f} and {costs[1]:.0f} µs of computing each; "
        f"the load used {_middle(both, 'load'):.2f} cores"
        + ("" if has_own_cores else " of the two, which are taken off")
    )
    cost = statistics.median(two.cost / one.cost for one, two in turns)
    return [
        replace(found, note=note + found.note),
        Finding(
            "computing a read with two workers ÷ with one",
            cost,
            "×",
            where,
            1.18,
            note="2 cores ÷ 1.18 are the 1.7 of the goal",
        ),
    ]


def _middle(turns, name):
    return statistics.median(getattr(one, name) for one in turns)

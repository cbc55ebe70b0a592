"""Plays stretches of load in turns, each in pieces with the floors between. A disturbance hits both, so their ratio suffers
least.

The provisioning log is written a second after a call, and is part of the call's cost. The server's CPU time is therefore
read once it has come to rest, and the last floor runs meanwhile. What the server computes without any call is not part of a
call's cost: it is measured before, reported separately and subtracted.
"""

import time
from dataclasses import dataclass, field

from .load import Callers, Slice, drive
from .operations import Caller

PIECES = 8  # of a stretch, see docs/decisions/0136
REST_SECONDS = 1.1  # the log gathers calls for one second
LONGEST_REST_SECONDS = 10
AT_REST_SECONDS = 15  # workers look for work every five seconds
_QUIET = 0.0003  # at most so many CPU seconds in a twentieth of a second count as rest
FOREVER = 3_600


@dataclass(slots=True)
class Series:
    """The stretches of one operation on one target; ``floors`` holds a dict of Slices by name for each of them.

    ``first`` is how many belong to the first look, None while there was no second.
    """

    operation: object
    target: object
    clients: int = 1
    slices: list = field(default_factory=list)
    floors: list = field(default_factory=list)
    first: int | None = None
    took: float = 0.0  # elapsed seconds of all stretches, with what stood beside them

    @property
    def complaint(self):
        return next((one.complaint for one in self.slices if one.complaint), "")


class Bench:
    """Plays operations on servers, beside ``floors`` (``floors_beside``). ``seconds`` is the CPU time of a stretch.

    ``kind`` is the database (``kinds``), whose own CPU time is reported beside the server's.
    """

    def __init__(self, floors, seconds, kind):
        self._floors, self.seconds, self._kind, self._turn = floors, seconds, kind, 0
        self.at_rest = 0.0  # CPU seconds that an idle server takes each second

    def watch_at_rest(self, server):
        """Measure the CPU time of ``server`` while only the floors are called."""
        rest(server, time.perf_counter())
        began, computed, seconds = time.perf_counter(), server.processor(), 0.0
        while not seconds or seconds < AT_REST_SECONDS:
            self._floors.f()
            seconds = time.perf_counter() - began
        self.at_rest = (server.processor() - computed) / seconds

    def play(self, series, server):
        """Play one stretch of a Series on its server, with the floors between its pieces."""
        came, asked_at = Slice(), time.perf_counter()
        if series.operation.before:
            came.add(drive(players(series.operation.before, series.target, server, 1), FOREVER))
            rest(server, time.perf_counter())
        with self._floors.turn() as floors:
            if not came.complaint:
                came = self._pieces(series, server, floors)
        series.slices.append(came)
        series.floors.append(floors.slices)
        series.took += time.perf_counter() - asked_at

    def _pieces(self, series, server, floors):
        came, operation = Slice(), series.operation
        most = operation.most(series.target) if operation.most else None
        database, computed, began, pieces = self._kind.processor(), server.processor(), time.perf_counter(), 0
        with Callers(players(operation.script, series.target, server, series.clients)) as callers:
            is_over = False
            while not is_over or pieces < PIECES:
                if not is_over:
                    left = None if most is None else most - came.requests
                    came.add(callers.play(self.seconds / PIECES, left, server.processor))
                    asked_until, pieces = time.perf_counter(), pieces + 1
                    is_over = came.complaint or callers.are_done or left is not None and came.requests >= most
                    is_over = is_over or pieces >= PIECES and not operation.is_whole
                else:
                    pieces += 1
                self._turn += 1
                for name in ("F", "W") if self._turn % 2 else ("W", "F"):
                    floors.play(name, self.seconds / 2 / PIECES)
        floors.play("fixed", self.seconds / 2)
        rest(server, asked_until)
        at_rest = self.at_rest * (time.perf_counter() - began - came.seconds)
        came.processor, came.database = server.processor() - computed - at_rest, self._kind.processor() - database
        return came


def players(script, target, server, clients):
    """What ``drive`` takes: ``clients`` callers who follow a script."""
    return [(server.port, script(Caller(target, number, clients))) for number in range(clients)]


def warm(operations, target, server):
    """Call each a few times without counting: first calls fill caches."""
    for operation in operations:
        if not operation.is_whole and operation.rounds is None:
            drive(players(operation.before or operation.script, target, server, 1), 0.1, 10)


def rest(server, since):
    """Wait until the server has finished its work after calls."""
    time.sleep(max(0.0, since + REST_SECONDS - time.perf_counter()))
    until, last = time.perf_counter() + LONGEST_REST_SECONDS, server.processor()
    while time.perf_counter() < until:
        time.sleep(0.05)
        now = server.processor()
        if now - last < _QUIET:
            return
        last = now

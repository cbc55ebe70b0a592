"""Plays stretches of load in turn, each beside the floors. A disturbance hits both, so their ratio suffers least.

The provisioning log is written a second after a call, and is part of the call's cost. The server's CPU time is therefore
read once it has come to rest, and the floors run meanwhile. What the server computes without any call is not part of a
call's cost: it is measured before, reported separately and subtracted.
"""

import time
from dataclasses import dataclass, field

from .load import drive
from .operations import Caller

REST_SECONDS = 1.1  # the log gathers calls for one second
LONGEST_REST_SECONDS = 10
AT_REST_SECONDS = 15  # workers look for work every five seconds
_QUIET = 0.0003  # at most so many CPU seconds in a twentieth of a second count as rest
FOREVER = 3_600


@dataclass(slots=True)
class Series:
    """The stretches of one operation on one target; ``floors`` holds a dict of Slices by name for each of them."""

    operation: object
    target: object
    clients: int = 1
    slices: list = field(default_factory=list)
    floors: list = field(default_factory=list)

    @property
    def complaint(self):
        return next((one.complaint for one in self.slices if one.complaint), "")


class Bench:
    """Plays operations on servers. ``floors`` is ``(server, target, operations)``; ``seconds`` is the CPU time of a stretch.

    ``kind`` is the database (``kinds``), whose own CPU time is reported beside the server's.
    """

    def __init__(self, floors, seconds, kind):
        self._floor_server, self._floor_target, self._floors = floors
        self.seconds, self._kind, self._turn = seconds, kind, 0
        self.at_rest = 0.0  # CPU seconds that an idle server takes each second

    def watch_at_rest(self, server):
        """Measure the CPU time of ``server`` while only the floors are called."""
        rest(server, time.perf_counter())
        began, computed, seconds = time.perf_counter(), server.processor(), 0.0
        while not seconds or seconds < AT_REST_SECONDS:
            self._play_floors()
            seconds = time.perf_counter() - began
        self.at_rest = (server.processor() - computed) / seconds

    def play(self, series, server):
        """Play one stretch of a Series on its server, with the floors beside it."""
        database = self._kind.processor()
        came, began = stretch(series.operation, series.target, server, series.clients, self.seconds)
        asked_until = time.perf_counter()
        series.slices.append(came)
        series.floors.append(self._play_floors())
        rest(server, asked_until)
        at_rest = self.at_rest * (time.perf_counter() - asked_until)
        came.processor, came.database = server.processor() - began - at_rest, self._kind.processor() - database

    def _play_floors(self):
        self._turn += 1
        order = self._floors[self._turn % len(self._floors) :] + self._floors[: self._turn % len(self._floors)]
        played = {}
        for floor in order:
            one, began = stretch(floor, self._floor_target, self._floor_server, 1, self.seconds / 2)
            one.processor = self._floor_server.processor() - began
            played[floor.name] = one
        return played


def stretch(operation, target, server, clients, seconds):
    """``(Slice, the server's CPU time at its beginning)``."""
    if operation.before:
        prepared = drive(players(operation.before, target, server, 1), FOREVER)
        rest(server, time.perf_counter())
        if prepared.complaint:
            return prepared, server.processor()
    most = operation.most(target) if operation.most else None
    began = server.processor()
    lasting = FOREVER if operation.is_whole else seconds
    return drive(players(operation.script, target, server, clients), lasting, most, server.processor), began


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

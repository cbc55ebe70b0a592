"""The order of a run: for each database and size start a server, play operations in turn, then compare what it holds."""

import random
import time
from dataclasses import dataclass, field

from . import groups, kinds, memory, report, screens, together, truth
from .figures import figure, of_floors
from .findings import Finding
from .floors import DATABASE, write_documents
from .known import Known
from .operations import FLOORS
from .rounds import Bench, Series, warm
from .servers import Server, scimapp
from .target import Target, of_stage
from .wire import Wire

LARGEST_SHARE = 0.65  # share of the people that a group of the benchmark may hold
TOGETHER = 10_000  # people at most, when several ask at once
CROWDED = ("get", "find", "first-page", "patch-active", "day")  # also asked by several clients


@dataclass(slots=True)
class Outcome:
    """``floors`` are dicts, see ``figures.of_floors``; ``complaints`` are wrong answers."""

    figures: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    floors: list = field(default_factory=list)
    complaints: list = field(default_factory=list)


def run(wanted, folder):
    """Measure what is wanted (see ``command``); return the Outcome."""
    outcome = Outcome()
    for name in wanted.database:
        kind = kinds.of_name(name, folder)
        try:
            for people in wanted.people:
                _measure(kind, people, wanted, folder, outcome)
            if not wanted.only:
                _look_around(kind, wanted, folder, outcome)
        finally:
            kind.close()
    return outcome


def _measure(kind, people, wanted, folder, outcome):
    operations = [one for one in wanted.operations if one.size is None or one.size <= LARGEST_SHARE * people]
    began = time.perf_counter()
    staged = kind.stage(people)
    print(f"\n{kind.name}, {people:,} people: ready after {time.perf_counter() - began:.0f} s", flush=True)
    with floor_server(people, folder) as floor, scimapp(staged, folder) as server:
        bench = Bench((floor, floor_target(floor, people), FLOORS), wanted.seconds, kind)
        target = of_stage(staged, server.port)
        groups.make(target, server, operations)
        series = [Series(one, target, clients) for clients in wanted.clients for one in operations
                  if clients == 1 or wanted.only or one.name in CROWDED]  # fmt: skip
        play(bench, series, server, wanted.rounds)
        outcome.findings.append(Finding("computing at rest", 1e3 * bench.at_rest, "ms a second", f"{kind.name}, {people:,} people",
                                        note="the processes that nobody calls, beside the floors; not counted as a call's"))  # fmt: skip
        outcome.complaints += truth.compare(target, server)
    add(outcome, series, kind.name, people)


def play(bench, series, server, rounds):
    """Play every Series once a round, in a changing order."""
    warm([one.operation for one in series], series[0].target, server)
    bench.watch_at_rest(server)
    for number in range(rounds):
        order = list(series)
        random.Random(number).shuffle(order)
        for one in sorted(order, key=lambda one: one.operation.comes_late):
            if not one.complaint and (one.operation.rounds is None or number < one.operation.rounds):
                bench.play(one, server)


def add(outcome, series, database, people):
    """Keep and print the figures of one server."""
    found = [figure(one, database, people) for one in series]
    floors = of_floors([beside for one in series for beside in one.floors], database, people)
    report.table(found, floors)
    outcome.figures += found
    outcome.floors += floors


def _look_around(kind, wanted, folder, outcome):
    """Look at memory and start at the smallest and the largest size, at concurrent calls, and at the screens."""
    largest = max(wanted.people)
    for people in sorted({min(wanted.people), largest}):
        _say(f"{kind.name}: memory and start with {people:,} people")
        outcome.findings += memory.look(kind, people, folder)
    _say(f"{kind.name}: several at once")
    _keep(outcome, together.look(kind, min(largest, TOGETHER), folder, wanted.push))
    if kind.name == "sqlite":
        _say("the screens")
        _keep(outcome, screens.look(kind, largest, folder))


def _keep(outcome, seen):
    findings, complaints = seen
    outcome.findings += findings
    outcome.complaints += complaints


def _say(words):
    print(words, flush=True)


def floor_server(documents, folder):
    """The server of the floors, not yet started."""
    database = folder / f"floor-{documents}.db"
    if not database.exists():
        write_documents(database, documents)
    return Server(
        "benchmarks.speed.floors:app", "python:benchmarks.speed.floors_conf", {DATABASE: str(database)}, folder
    )


def floor_target(server, documents):
    """The Target of it."""
    return Target("floor", Wire(server.port), Known({}, documents))

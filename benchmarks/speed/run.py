"""The order of a run: for each database and size start a server, play operations in turn, then compare what it holds."""

import contextlib
import random
import time
from dataclasses import dataclass, field

from . import goals, groups, kinds, memory, report, screens, second_look, together, truth
from .figures import figure, of_floors
from .findings import Finding
from .floors_beside import Floors
from .rounds import Bench, Series, warm
from .servers import scimapp
from .target import of_stage

LARGEST_SHARE = 0.65  # share of the people that a group of the benchmark may hold
TOGETHER = 10_000  # people at most, when several ask at once
LATEST = 1.5  # a second look ends then, in times of what it should take
CROWDED = ("get", "find", "first-page", "patch-active", "day")  # also asked by several clients


@dataclass(slots=True)
class Outcome:
    """``floors`` are dicts, see ``figures.of_floors``; ``complaints`` are wrong answers."""

    figures: list = field(default_factory=list)
    findings: list = field(default_factory=list)
    floors: list = field(default_factory=list)
    complaints: list = field(default_factory=list)
    played: dict = field(default_factory=dict)  # what the second look takes, see ``second_look.look``


def run(wanted, folder):
    """Measure what is wanted (see ``command``); return the Outcome."""
    outcome = Outcome()
    with contextlib.ExitStack() as opened:
        for name in wanted.database:
            kind = kinds.of_name(name, folder)
            opened.callback(kind.close)
            for people in wanted.people:
                _measure(kind, people, wanted, folder, outcome)
            if not wanted.only:
                _look_around(kind, wanted, folder, outcome)
        if wanted.again and not any(map(kinds.is_named, wanted.database)):
            _look_again(wanted, folder, outcome)
    return outcome


def _measure(kind, people, wanted, folder, outcome):
    operations = _asked(wanted, people)
    began = time.perf_counter()
    staged = kind.stage(people)
    _say(f"\n{kind.name}, {people:,} people: ready after {time.perf_counter() - began:.0f} s")
    with Floors(people, folder) as floors, scimapp(staged, folder) as server:
        bench = Bench(floors, wanted.seconds, kind)
        target = of_stage(staged, server.port)
        groups.make(target, server, operations)
        series = [Series(one, target, clients) for clients in wanted.clients for one in operations
                  if clients == 1 or wanted.only or one.name in CROWDED]  # fmt: skip
        play(bench, series, server, wanted.rounds)
        outcome.findings.append(Finding("computing at rest", 1e3 * bench.at_rest, "ms a second", f"{kind.name}, {people:,} people",
                                        note="the processes that nobody calls, beside the floors; not counted as a call's"))  # fmt: skip
        outcome.complaints += truth.compare(target, server)
    for one, figured in zip(series, add(outcome, series, kind.name, people), strict=True):
        outcome.played[figured.key] = one, kind, bench.at_rest


def _asked(wanted, people):
    """The operations at a size. Sizes between the smallest and the largest have those with a goal, which is what they are for:
    to show that nothing lies off the line; peers are compared in everything.
    """
    is_between = min(wanted.people) < people < max(wanted.people) and not wanted.peers
    return [
        one
        for one in wanted.operations
        if (one.size is None or one.size <= LARGEST_SHARE * people)
        and (one.limit is not None or one.name in CROWDED or not is_between)
    ]


def _look_again(wanted, folder, outcome):
    """Measure again what may have missed its goal by the machine, and put the new figures in place of the old."""
    lists = second_look.chosen(outcome.figures, goals.judge(outcome.figures), second_look.costs(outcome.played))
    if not lists:
        return
    fitting = second_look.fitting(lists, outcome.played, wanted.again)
    count, left = sum(map(len, fitting)), sum(map(len, lists)) - sum(map(len, fitting))
    _say(f"a second look at {count} calls" + (f", no time for {left} (--again)" if left else ""))
    outcome.complaints += second_look.look(fitting, outcome.played, wanted.seconds, LATEST * wanted.again, folder)
    for place, one in enumerate(outcome.figures):
        if outcome.played[one.key][0].first is not None:
            outcome.figures[place] = figure(outcome.played[one.key][0], one.database, one.people)
            report.looked_again(outcome.figures[place])


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
    """Keep, print and return the figures of one server."""
    found = [figure(one, database, people) for one in series]
    floors = of_floors([beside for one in series for beside in one.floors], database, people)
    report.table(found, floors)
    outcome.figures += found
    outcome.floors += floors
    return found


def _look_around(kind, wanted, folder, outcome):
    """Look at memory and start at the smallest and the largest size, at concurrent calls, and at the screens."""
    largest = max(wanted.people)
    for people in sorted({min(wanted.people), largest}):
        _say(f"{kind.name}: memory and start with {people:,} people")
        outcome.findings += memory.look(kind, people, folder)
    _say(f"{kind.name}: several at once")
    _keep(outcome, together.look(kind, min(largest, TOGETHER), folder, wanted.push))
    _say(f"{kind.name}: the screens")
    _keep(outcome, screens.look(kind, largest, folder))


def _keep(outcome, seen):
    findings, complaints = seen
    outcome.findings += findings
    outcome.complaints += complaints


def _say(words):
    """Print what begins now, and when: where the time of a run goes."""
    print(f"{words} ({time.strftime('%H:%M:%S')})", flush=True)

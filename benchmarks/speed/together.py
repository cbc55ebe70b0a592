"""Concurrent calls: reads beside a push, two workers, and deletes in one process beside imports in another."""

from dataclasses import dataclass

from . import two_workers
from .checks import counts, expect
from .figures import quantile
from .findings import looked_again, of_waiting
from .load import drive
from .operations import Caller, lists, people
from .rounds import FOREVER
from .servers import scimapp
from .target import of_stage

READERS = {4: None, 15: 4.0}  # beside one creating client, with the goal for p99 ÷ p50, which is for 16 clients
_AGAIN = 2  # more pushes, where the first told too much
_ROUNDS_OF_DELETES = 12


def look(kind, size, folder, push):
    """``(Findings, complaints)``; ``push`` is how many people are pushed while others read."""
    where = f"{kind.name}, {size:,} people"
    found, complaints = [], []
    for readers, limit in READERS.items():
        pushes = []

        def measure(readers=readers, pushes=pushes):
            pushes.append(_push(kind, size, folder, push, readers))
            return pushes[-1].ratio

        ratio = measure()
        name = f"{readers} who read beside a push: p99 ÷ p50"
        one = of_waiting(name, ratio, "×", where, limit, note=pushes[0].note)
        found.append(looked_again(one, [ratio], measure, _AGAIN))
        complaints += [line for one in pushes for line in one.complaints]
    two, wrong = two_workers.look(kind, size, folder, where)
    return found + two, complaints + wrong + _two_processes(kind, size, folder)


@dataclass(frozen=True, slots=True)
class _Push:
    """``ratio`` is p99 ÷ p50 of those who read."""

    ratio: float
    note: str
    complaints: list


def _push(kind, size, folder, push, readers):
    """One client creates people, ``readers`` read."""
    staged = kind.stage(size)
    with scimapp(staged, folder) as server:
        target = of_stage(staged, server.port)
        pushing = Caller(target, readers, readers + 1)
        is_over = []

        def pushed():
            for _ in range(push):
                yield from people.post(pushing)
            is_over.append(True)

        def reading(number):
            caller = Caller(target, number, readers + 1)
            while not is_over:
                yield from (people.get, people.find)[caller.chance.randrange(2)](caller)

        scripts = [pushed(), *(reading(number) for number in range(readers))]
        came = drive([(server.port, script) for script in scripts], FOREVER)
    waits = sorted(wait for waits in came.waits[1:] for wait in waits)
    p50, p99 = 1e3 * quantile(waits, 0.5), 1e3 * quantile(waits, 0.99)
    note = (
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms of {len(waits):,} reads beside {push:,} new people in {came.seconds:.0f} s"
    )
    complaints = _told(came, f"{readers} who read beside a push") + server.complaints_of_locks
    return _Push(p99 / p50 if p50 else 0, note, complaints)


def _two_processes(kind, size, folder):
    """Deletes in one process, pages in another on the same database. Return complaints, as lines."""
    staged = kind.stage(size)
    complaints = []
    with scimapp(staged, folder) as first, scimapp(staged, folder) as other:
        target = of_stage(staged, first.port)
        beside = of_stage(staged, other.port)
        beside.known = target.known
        here, there = Caller(target), Caller(beside)
        for _ in range(_ROUNDS_OF_DELETES):
            newcomers = []
            came = drive([(first.port, _create(here, newcomers))], FOREVER)
            complaints += _told(came, "creating in one process")
            for one in newcomers:
                came = drive([(first.port, people.delete(here, one))], FOREVER)
                complaints += _told(came, "deleting in one process")
                came = drive([(other.port, _look_at(there, one))], FOREVER)
                complaints += _told(came, "paging in the other process")
        came = drive([(other.port, lists.sweep(there))], FOREVER)
        complaints += _told(came, "an import by index in the other process")
        complaints += _cursor_beside_deletes(first, other, here, there)
        complaints += first.complaints_of_locks + other.complaints_of_locks
    return complaints


def _cursor_beside_deletes(first, other, here, there):
    """An import by cursor in one process while people leave in the other: those who stay are seen, and nobody twice."""
    newcomers = []
    drive([(first.port, _create(here, newcomers, 40))], FOREVER)
    seen = []
    came = drive([(first.port, _delete_all(here, newcomers)), (other.port, lists.sweep_loosely(there, seen))], FOREVER)
    complaints = _told(came, "an import by cursor beside deletes")
    if missing := set(there.known.people) - set(seen):
        complaints.append(f"an import by cursor beside deletes left out {len(missing)} people who stayed")
    if len(seen) != len(set(seen)):
        complaints.append(f"an import by cursor beside deletes showed {len(seen) - len(set(seen))} people twice")
    return complaints


def _create(caller, newcomers, count=3):
    for _ in range(count):
        newcomers.append((yield from people.post(caller)))


def _delete_all(caller, newcomers):
    for one in newcomers:
        yield from people.delete(caller, one)


def _look_at(caller, gone):
    """Check totals, both ends of the list, and a deleted person, right after the other process answered the delete."""
    yield from lists.first_page(caller)
    yield from lists.last_page(caller)
    counts((yield caller.target.find(f'userName eq "{gone.user_name}"')), 0)
    expect((yield caller.wire.get(f"/Users/{gone.id}")), 404)


def _told(came, doing):
    return [f"{doing}: {came.complaint}"] if came.complaint else []

"""How large a worker grows, how soon a server answers, and how much room a person takes in the database."""

import sqlite3
import statistics
from dataclasses import replace

from . import groups
from .findings import Finding, looked_again, of_waiting
from .floors_beside import GOALS_F, Floors
from .load import drive
from .operations import OPERATIONS
from .rounds import FOREVER, players
from .servers import scimapp
from .target import of_stage

STARTS = 3
_MEGABYTE = 1_000_000
# The person's own data, without what comes and goes around it (memberships, mails, log, audit).
_OF_A_PERSON = ("users", "user_documents", "indexed_values", "value_paths")
_STEPS = (
    ("with the people, after 300 reads", ("get", "find"), 150, 110),
    ("after a full import", ("sweep", "sweep-cursor"), None, 110),
)
_PUTS = 3


def look(kind, people, folder):
    """The Findings at one size."""
    where = f"{kind.name}, {people:,} people"
    found = [_start_up(kind, people, folder, where)]
    staged = kind.stage(people)
    if kind.name == "sqlite":
        found.append(_size(staged, people, where))
    named = {operation.name: operation for operation in OPERATIONS}
    with scimapp(staged, folder) as server:
        target = of_stage(staged, server.port)
        found.append(_weight(server, "idle", where, 70))
        for name, operations, most, limit in _STEPS:
            for operation in operations:
                _play(named[operation], target, server, most, found)
            found.append(_weight(server, name, where, limit))
        puts = [one for one in OPERATIONS if one.name.endswith("-put") and one.size and one.size < 0.65 * people]
        if puts:
            groups.make(target, server, [puts[-1]])
            _play(puts[-1], target, server, _PUTS, found)
            limit = 230 if puts[-1].size == 50_000 else None
            found.append(_weight(server, f"after a PUT of {puts[-1].size:,} members", where, limit))
    return found


def _play(operation, target, server, most, found):
    came = drive(players(operation.script, target, server, 1), FOREVER, most)
    if came.complaint:
        found.append(Finding(f"{operation.title} failed", 0, "", target.name, note=came.complaint))


def _weight(server, moment, where, limit):
    pss, peak = server.memory()
    return Finding(
        f"PSS of the worker, {moment}", pss / _MEGABYTE, "MB", where, limit, note=f"peak RSS {peak / _MEGABYTE:.0f} MB"
    )


def _start_up(kind, people, folder, where):
    """Starts, each between two looks at F."""
    took, computed = [], []
    staged = kind.stage(people)
    with Floors(people, folder) as floors:

        def measure():
            """Seconds of a start at the speed of the goals' machine."""
            before = floors.f()
            with scimapp(staged, folder) as server:
                took.append(server.seconds_to_serve)
                computed.append(server.processor())
            return took[-1] * GOALS_F / statistics.mean((before, floors.f()))

        values = [measure() for _ in range(STARTS)]
        found = of_waiting("first 200 after exec", statistics.median(values), "s", where, 1.0)
        found = looked_again(found, values, measure, STARTS + 1)
    note = (f"at the speed of the goals' machine; {statistics.median(took):.2f} s here, {statistics.median(computed):.2f} of them "
            "computing and the rest waiting for a turn")  # fmt: skip
    return replace(found, note=note + found.note)


def _size(staged, people, where):
    query = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
    connection = sqlite3.connect(staged.database_url.removeprefix("sqlite:///"))
    try:
        sizes = dict(connection.execute(query).fetchall())
    finally:
        connection.close()
    around = sum(sizes.values()) - sum(sizes.get(table, 0) for table in _OF_A_PERSON)
    of_one = sum(sizes.get(table, 0) for table in _OF_A_PERSON) / people / 1000
    note = (
        f"{', '.join(_OF_A_PERSON)} with their indexes; {around / people / 1000:.1f} kB more for the groups, mails, calls, audit "
        "and invitations of this account"
    )
    return Finding("database a person", of_one, "kB", where, 3.0, note=note)

"""Goals beyond the multiples of F and W, each as a Finding calculated from the figures."""

from .figures import OURS, exponent
from .findings import Finding, of_waiting
from .floors_beside import GOALS_F
from .operations.lists import PAGE
from .relations import related

EXPONENT = 0.08
_EVERYBODY = 100_000


def judge(figures):
    """The Findings that follow from the Figures of scimapp."""
    ours = [one for one in figures if one.target == OURS and not one.complaint and one.turns]
    found = []
    for database in dict.fromkeys(one.database for one in ours):
        of_one = {(one.name, one.people): one for one in ours if one.database == database and one.clients == 1}
        sizes = sorted({people for _, people in of_one})
        if sizes:
            there = {name: one for (name, people), one in of_one.items() if people == sizes[-1]}
            where = f"{database}, {sizes[-1]:,} people"
            found += _at(there, where) + _of_groups(there, where) + _in_seconds(there, where)
            found += _growth(of_one, sizes, database)
    found = [one for one in (*found, *_many_clients(ours), *_postgres(ours)) if one]
    return found + _peers(figures)


def _at(there, where):
    """Relations between operations of one size; ``there`` are its Figures by name."""
    found = []
    if {"first-page", "last-page"} <= there.keys():
        found.append(
            related("last page ÷ first page", [there["last-page"], there["first-page"]], _ratio, "×", where, 1.1)
        )
    if {"bulk", "post"} <= there.keys():
        found.append(
            related("POST ÷ a person in bulk", [there["post"], there["bulk"]], _written, "×", where, 3.0, is_floor=True)
        )
    return found


def _of_groups(there, where):
    """Large groups beside small ones."""
    found = []
    for size, label in ((1_000, "1k"), (10_000, "10k"), (50_000, "50k")):
        for kind in ("add", "remove"):
            large, small = there.get(f"group-{label}-{kind}"), there.get(f"group-10-{kind}")
            if large and small:
                name = f"{kind} one: group of {size:,} ÷ of 10"
                found.append(related(name, [large, small], _written, "×", where, 1.1))
    return found


def _in_seconds(there, where):
    """Goals in seconds, which were set on a machine whose speed is known: multiples of F times what F costs there."""
    found = []

    def told(name, figures, units, value, unit, limit):
        """``value`` takes microseconds of each figure; ``units`` times that are so many ``unit``."""

        def paced(*turns):
            return units * 1e6 * GOALS_F * value(*(one.times("F") for one in turns))

        note = (
            f"at the speed of the goals' machine; {units * value(*(one.processor for one in figures)):.2f} {unit} here"
        )
        found.append(related(name, figures, paced, unit, where, limit, note=note, make=of_waiting))

    for name in ("sweep", "sweep-cursor"):
        if name in there:
            title = f"{there[name].title.split(',')[0]}: computing for {_EVERYBODY:,} people"
            told(title, [there[name]], _EVERYBODY / PAGE / 1e6, lambda page: page, "s", 1.2)
    for size, label in ((1_000, "1k"), (10_000, "10k"), (50_000, "50k")):
        names = f"group-{label}-get", f"group-{label}-without"
        if there.keys() >= set(names):
            told(f"GET of {size:,} members, a member", [there[name] for name in names], 1 / size,
                 lambda whole, without: whole - without, "µs", 0.5)  # fmt: skip
    if "group-50k-put" in there:
        told("PUT of 50,000 members", [there["group-50k-put"]], 1e-3, lambda put: put, "ms", 200)
    return found


def _ratio(one, other):
    return one.times("F") / other.times("F")


def _written(one, other):
    return one.times("W") / other.times("W")


def _growth(figures, sizes, database):
    found = []
    for name in dict.fromkeys(name for name, _ in figures):
        there = [size for size in sizes if (name, size) in figures]
        if len(there) < 2 or there[0] * 5 > there[-1]:
            continue
        of_sizes = [figures[name, size] for size in there]
        where = f"{database}, {there[0]:,} to {there[-1]:,} people"
        found.append(
            related(
                f"growth: {of_sizes[0].title}", of_sizes, _slope(there, of_sizes[0].floor), "exponent", where, EXPONENT
            )
        )
    return found


def _slope(sizes, floor):
    return lambda *turns: exponent(sizes, [one.times(floor) for one in turns])


def _many_clients(ours):
    found = []
    alone = {(one.database, one.people, one.name): one for one in ours if one.clients == 1}
    for one in ours:
        single = alone.get((one.database, one.people, one.name))
        if one.clients > 1 and single:
            where = f"{one.database}, {one.people:,} people"
            name = f"{one.title}: requests/s of {one.clients} clients ÷ of one"
            note = f"p99 {one.p99:.1f} ms, {one.processor:.0f} µs of computing each"
            found.append(related(name, [one, single], lambda many, few: many.per_second / few.per_second, "×", where, 1.0,
                                 is_floor=True, note=note, make=of_waiting))  # fmt: skip
    return found


def _postgres(ours):
    """The application's CPU time on Postgres, compared with SQLite."""
    lite = {(one.people, one.name): one for one in ours if one.database == "sqlite" and one.clients == 1}
    found = []
    for one in ours:
        beside = lite.get((one.people, one.name))
        if one.database == "postgres" and one.clients == 1 and beside:
            note = f"{one.processor / beside.processor:.2f} by bare computing; and {one.database_processor:.0f} µs in Postgres"
            found.append(related(f"Postgres ÷ SQLite: {one.title}", [one, beside], _ratio, "×", f"{one.people:,} people", 1.4,
                                 note=note))  # fmt: skip
    return found


def _peers(figures):
    ours = {(one.people, one.name): one for one in figures if one.target == OURS and one.database == "sqlite"}
    found = []
    for one in figures:
        beside = ours.get((one.people, one.name))
        if one.target != OURS and not one.complaint and beside and not beside.complaint:
            limit = 4.0 if one.name in ("assign", "day") else None
            found.append(Finding(f"{one.target} ÷ {OURS}: {one.title}", one.of_read / beside.of_read, "×",  # both ÷ F
                                 f"{one.people:,} people", limit, True))  # fmt: skip
    return found

"""Goals beyond the multiples of F and W, each as a Finding calculated from the figures."""

from .figures import OURS, exponent
from .findings import Finding, of_waiting
from .operations.lists import PAGE

EXPONENT = 0.08


def judge(figures):
    """The Findings that follow from the Figures of scimapp."""
    ours = [one for one in figures if one.target == OURS and not one.complaint]
    found = []
    for database in dict.fromkeys(one.database for one in ours):
        of_one = {(one.name, one.people): one for one in ours if one.database == database and one.clients == 1}
        sizes = sorted({people for _, people in of_one})
        if sizes:
            found += _at(of_one, sizes[-1], f"{database}, {sizes[-1]:,} people")
            found += _growth(of_one, sizes, database)
    return found + _many_clients(ours) + _postgres(ours) + _peers(figures)


def _at(figures, people, where):
    """Relations between operations of one size."""

    def cost(name):
        one = figures.get((name, people))
        return one and one.processor

    found = []
    if cost("first-page") and cost("last-page"):
        found.append(Finding("last page ÷ first page", cost("last-page") / cost("first-page"), "×", where, 1.1))
    for name in ("sweep", "sweep-cursor"):
        if cost(name):
            found.append(Finding(f"{figures[name, people].title.split(',')[0]}: computing for 100,000 people",
                                 cost(name) / 1e6 * (100_000 / PAGE), "s", where, 1.2))  # fmt: skip
    if cost("bulk") and cost("post"):
        found.append(Finding("POST ÷ a person in bulk", cost("post") / cost("bulk"), "×", where, 3.0, True))
    return found + _of_groups(cost, where)


def _of_groups(cost, where):
    """Large groups beside small ones; ``cost(name)`` is None for an operation that was not measured."""
    found = []
    small = {kind: cost(f"group-10-{kind}") for kind in ("add", "remove")}
    for size, label in ((1_000, "1k"), (10_000, "10k"), (50_000, "50k")):
        for kind, least in small.items():
            large = cost(f"group-{label}-{kind}")
            if large and least:
                found.append(Finding(f"{kind} one: group of {size:,} ÷ of 10", large / least, "×", where, 1.1))
        whole, without = cost(f"group-{label}-get"), cost(f"group-{label}-without")
        if whole and without:
            found.append(Finding(f"GET of {size:,} members, a member", (whole - without) / size, "µs", where, 0.5))
    if cost("group-50k-put"):
        found.append(Finding("PUT of 50,000 members", cost("group-50k-put") / 1000, "ms", where, 200))
    return found


def _growth(figures, sizes, database):
    found = []
    for name in dict.fromkeys(name for name, _ in figures):
        there = [size for size in sizes if (name, size) in figures]
        if len(there) < 2 or there[0] * 5 > there[-1]:
            continue
        slope = exponent(there, [figures[name, size].times for size in there])  # sizes are measured minutes apart
        where = f"{database}, {there[0]:,} to {there[-1]:,} people"
        title = f"growth: {figures[name, there[0]].title}"
        found.append(Finding(title, slope, "exponent", where, EXPONENT))
    return found


def _many_clients(ours):
    found = []
    alone = {(one.database, one.people, one.name): one for one in ours if one.clients == 1}
    for one in ours:
        single = alone.get((one.database, one.people, one.name))
        if one.clients > 1 and single:
            where = f"{one.database}, {one.people:,} people"
            name = f"{one.title}: requests/s of {one.clients} clients ÷ of one"
            note = f"p99 {one.p99:.1f} ms, {one.processor:.0f} µs of computing each"
            found.append(of_waiting(name, one.per_second / single.per_second, "×", where, 1.0, True, note))
    return found


def _postgres(ours):
    """The application's CPU time on Postgres, compared with SQLite."""
    lite = {(one.people, one.name): one for one in ours if one.database == "sqlite" and one.clients == 1}
    found = []
    for one in ours:
        beside = lite.get((one.people, one.name))
        if one.database == "postgres" and one.clients == 1 and beside:
            note = f"and {one.database_processor:.0f} µs in Postgres"
            found.append(Finding(f"Postgres ÷ SQLite: {one.title}", one.processor / beside.processor, "×",
                                 f"{one.people:,} people", 1.4, note=note))  # fmt: skip
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

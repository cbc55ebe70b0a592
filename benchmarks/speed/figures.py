"""Turns stretches of load into figures."""

import math
import statistics
from dataclasses import asdict, dataclass

OURS = "scimapp"  # the name of the target that the goals are for
_FLOORS = {"F": "F: Flask, SQLite read", "W": "W: Flask, UPDATE and commit", "fixed": "Flask, fixed bytes"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch beside the floors. CPU time is in microseconds: ``processor`` and ``database`` for a unit, ``floors`` by name."""

    look: int  # 1, or 2 for one of those that looked again
    processor: float
    database: float
    per_second: float
    floors: dict

    def times(self, floor):
        """The cost as a multiple of a floor of the same turn, None if that was not played."""
        return self.processor / self.floors[floor] if self.floors.get(floor) else None


@dataclass(frozen=True, slots=True)
class Figure:
    """One operation at one size: medians over all ``turns``. The server's CPU time is in microseconds, waiting in milliseconds."""

    name: str
    title: str
    target: str
    database: str
    people: int
    clients: int
    requests: int
    per_second: float
    processor: float  # CPU microseconds for each request, of master and workers
    p50: float
    p95: float
    p99: float
    floor: str  # what ``times`` is a multiple of
    times: float | None
    of_read: float | None
    of_write: float | None
    of_fixed: float | None
    limit: float | None
    database_processor: float  # CPU microseconds for each request, of the database's own processes
    complaint: str = ""
    turns: tuple = ()
    looks: tuple = ()  # ``times`` in the first look and in the second, () if there was one alone

    @property
    def key(self):
        """What tells it from the others of one target."""
        return self.database, self.people, self.clients, self.name

    @property
    def verdict(self):
        """ "wrong", "met", "missed", or "" without a goal."""
        if self.complaint:
            return "wrong"
        if self.limit is None or self.times is None:
            return ""
        return "met" if self.times <= self.limit else "missed"

    def told(self):
        return asdict(self) | {"verdict": self.verdict}


def figure(series, database, people):
    """The Figure of a Series: medians of its turns, each compared with the floors measured beside it."""
    operation, slices = series.operation, [one for one in series.slices if one.requests]
    waited = sorted(seconds for one in slices for seconds in one.latencies)
    turns = _turns(series)
    ratios = {name: _ratio(turns, name) for name in _FLOORS}
    return Figure(
        name=operation.name,
        title=operation.title,
        target=series.target.name,
        database=database,
        people=people,
        clients=series.clients,
        requests=len(waited),
        per_second=_median(one.per_second for one in turns),
        processor=_median(one.processor for one in turns),
        p50=1e3 * quantile(waited, 0.5),
        p95=1e3 * quantile(waited, 0.95),
        p99=1e3 * quantile(waited, 0.99),
        floor=operation.floor,
        times=ratios[operation.floor],
        of_read=ratios["F"],
        of_write=ratios["W"],
        of_fixed=ratios["fixed"],
        limit=operation.limit if series.target.name == OURS else None,
        database_processor=_median(one.database for one in turns),
        complaint=series.complaint,
        turns=turns,
        looks=tuple(_ratio(part, operation.floor) for part in by_look(turns)),
    )


def by_look(turns):
    """Lists of the turns of the first look and of the second, () if there was one alone."""
    first = [one for one in turns if one.look == 1]
    return (first, [one for one in turns if one.look == 2]) if first and len(first) < len(turns) else ()


def _turns(series):
    first = len(series.slices) if series.first is None else series.first
    return tuple(
        Turn(
            look=1 if number < first else 2,
            processor=1e6 * one.processor / one.requests / series.operation.units,
            database=1e6 * one.database / one.requests / series.operation.units,
            per_second=one.requests * series.operation.units / one.seconds,
            floors={name: 1e6 * floor.processor / floor.requests for name, floor in beside.items() if floor.requests},
        )
        for number, (one, beside) in enumerate(zip(series.slices, series.floors, strict=True))
        if one.requests
    )


def of_floors(beside, database, people):
    """The costs of F, W and fixed bytes as dicts, from the dicts of Slices that ran beside the figures."""
    found = []
    for name, title in _FLOORS.items():
        slices = [one[name] for one in beside if name in one and one[name].requests]
        if slices:
            found.append({
                "name": name, "title": title, "database": database, "people": people,
                "processor": _median(1e6 * one.processor / one.requests for one in slices),
                "per_second": _median(one.requests / one.seconds for one in slices),
            })  # fmt: skip
    return found


def quantile(ordered, share):
    """The value that ``share`` of ``ordered`` do not exceed; 0.0 if it is empty."""
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def exponent(sizes, costs):
    """b of cost = a · size^b, by least squares over the logarithms; None for fewer than two sizes."""
    if len(sizes) < 2 or min(costs) <= 0:
        return None
    xs, ys = [math.log(size) for size in sizes], [math.log(cost) for cost in costs]
    return statistics.linear_regression(xs, ys).slope


def _ratio(turns, name):
    ratios = [times for one in turns if (times := one.times(name)) is not None]
    return _median(ratios) if ratios else None


def _median(values):
    values = list(values)
    return statistics.median(values) if values else 0.0

"""Turns stretches of load into figures."""

import math
import statistics
from dataclasses import asdict, dataclass

OURS = "scimapp"  # the name of the target that the goals are for
_FLOORS = {"F": "F: Flask, SQLite read", "W": "W: Flask, UPDATE and commit", "fixed": "Flask, fixed bytes"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One operation at one size. The server's CPU time is in microseconds, waiting in milliseconds."""

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
    """The Figure of a Series: medians of its rounds, each compared with the floors measured beside it."""
    operation, slices = series.operation, [one for one in series.slices if one.requests]
    waited = sorted(seconds for one in slices for seconds in one.latencies)
    is_ours = series.target.name == OURS
    ratios = {name: _ratio(series, name) for name in _FLOORS}
    return Figure(
        name=operation.name,
        title=operation.title,
        target=series.target.name,
        database=database,
        people=people,
        clients=series.clients,
        requests=len(waited),
        per_second=_median(one.requests * operation.units / one.seconds for one in slices),
        processor=_median(1e6 * one.processor / one.requests for one in slices) / operation.units,
        p50=1e3 * quantile(waited, 0.5),
        p95=1e3 * quantile(waited, 0.95),
        p99=1e3 * quantile(waited, 0.99),
        floor=operation.floor,
        times=ratios[operation.floor],
        of_read=ratios["F"],
        of_write=ratios["W"],
        of_fixed=ratios["fixed"],
        limit=operation.limit if is_ours else None,
        database_processor=_median(1e6 * one.database / one.requests for one in slices) / operation.units,
        complaint=series.complaint,
    )


def of_floors(beside, database, people):
    """The costs of F, W and fixed bytes as dicts, from the dicts of Slices that ran beside the figures."""
    found = []
    for name, title in _FLOORS.items():
        slices = [one[name] for one in beside if one[name].requests]
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


def _ratio(series, name):
    ratios = [
        (one.processor / one.requests / series.operation.units) / (beside[name].processor / beside[name].requests)
        for one, beside in zip(series.slices, series.floors, strict=True)
        if one.requests and name in beside and beside[name].requests
    ]
    return _median(ratios) if ratios else None


def _median(values):
    values = list(values)
    return statistics.median(values) if values else 0.0

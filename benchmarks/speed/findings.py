"""A result other than the cost of one operation: a size, a time or a ratio, with its goal."""

import os
import statistics
from dataclasses import asdict, dataclass, replace

CLOSE = 0.05  # a goal met by less than this share is looked at again, as one that is missed
_BUSY = " (not judged: others used the machine)"


def is_quiet():
    """Whether this benchmark had the machine to itself for a minute, so that waiting times are the server's."""
    return os.getloadavg()[0] <= os.cpu_count() + 2


def of_waiting(name, value, unit, where, limit, is_floor=False, note="", **more):
    """A Finding about elapsed time, or about seconds at the speed of another machine, judged only if this one was quiet: others
    who use it make F dearer than anything else.
    """
    quiet = limit is None or is_quiet()
    return Finding(name, value, unit, where, limit, is_floor, note if quiet else note + _BUSY, quiet, **more)


@dataclass(frozen=True, slots=True)
class Finding:
    """``value`` in ``unit``; it should not exceed ``limit`` (or fall below, for ``is_floor``); None is no goal.

    ``where`` names database and size. ``note`` says why it is not judged, or what it is made of. ``of`` are the keys of the
    Figures it follows from, ``looks`` what the first look found and the second, if there was one.
    """

    name: str
    value: float
    unit: str
    where: str
    limit: float | None = None
    is_floor: bool = False
    note: str = ""
    judged: bool = True
    of: tuple = ()
    looks: tuple = ()

    @property
    def verdict(self):
        if self.limit is None or not self.judged:
            return ""
        return "met" if (self.value >= self.limit if self.is_floor else self.value <= self.limit) else "missed"

    @property
    def goal(self):
        return "" if self.limit is None else f"{'≥' if self.is_floor else '≤'} {self.limit:g}"

    def told(self):
        return asdict(self) | {"verdict": self.verdict}


def looked_again(finding, values, measure, times):
    """``finding``, or the median over ``values`` and ``times`` more that ``measure()`` gives if it is missed or met by little.

    ``values`` are what the first look found, of which ``finding`` tells the median.
    """
    if not is_unsure(finding):
        return finding
    again = [measure() for _ in range(times)]
    looks = (statistics.median(values), statistics.median(again))
    return replace(finding, value=statistics.median([*values, *again]), looks=looks)


def is_unsure(judged):
    """Whether a Finding or Figure missed its goal, or met it by so little that another minute could tell otherwise."""
    value = judged.value if isinstance(judged, Finding) else judged.times
    if judged.verdict == "met":
        is_floor = isinstance(judged, Finding) and judged.is_floor
        return value < judged.limit * (1 + CLOSE) if is_floor else value > judged.limit * (1 - CLOSE)
    return judged.verdict == "missed"

"""A result other than the cost of one operation: a size, a time or a ratio, with its goal."""

import os
from dataclasses import asdict, dataclass

_BUSY = " (not judged: others used the machine)"


def is_quiet():
    """Whether this benchmark had the machine to itself for a minute, so that waiting times are the server's."""
    return os.getloadavg()[0] <= os.cpu_count() + 2


def of_waiting(name, value, unit, where, limit, is_floor=False, note=""):
    """A Finding about elapsed time, judged only if the machine was quiet."""
    quiet = is_quiet()
    return Finding(name, value, unit, where, limit, is_floor, note if quiet else note + _BUSY, quiet)


@dataclass(frozen=True, slots=True)
class Finding:
    """``value`` in ``unit``; it should not exceed ``limit`` (or fall below, for ``is_floor``); None is no goal.

    ``where`` names database and size. ``note`` says why it is not judged, or what it is made of.
    """

    name: str
    value: float
    unit: str
    where: str
    limit: float | None = None
    is_floor: bool = False
    note: str = ""
    judged: bool = True

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

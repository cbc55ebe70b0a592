"""Something that was found out and is not the cost of one operation: a size, a time, a ratio, beside what is wanted."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """``value`` in ``unit``; ``limit`` is what it should not exceed (or fall below, for ``is_floor``), None for no goal.

    ``where`` says in which database and at what size. ``note`` tells what keeps it from being judged, or what it is made of.
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

"""Goals between operations: a last page beside a first one, two sizes, two databases.

What is compared is one turn with another of the same number, each as a multiple of its own floors, and the median is taken over
the turns of both looks. In the second look they come right after each other (``second_look``).
"""

import statistics

from .figures import by_look
from .findings import Finding


def related(name, figures, value, unit, where, limit, *, is_floor=False, note="", make=Finding):
    """The Finding of ``value(turn of the first figure, turn of the second, …)``; None if they share no turn."""
    looks = _values(figures, value)
    values = [one for look in looks for one in look]
    if not values:
        return None
    told = tuple(statistics.median(look) for look in looks) if all(looks) else ()
    return make(name, statistics.median(values), unit, where, limit, is_floor, note,
                of=tuple(one.key for one in figures), looks=told)  # fmt: skip


def _values(figures, value):
    """What each look found, turn by turn."""
    parts = [by_look(one.turns) or (one.turns, ()) for one in figures]
    return [
        [value(*turns) for turns in zip(*same, strict=False)]  # some are played less often
        for same in zip(*parts, strict=True)
    ]

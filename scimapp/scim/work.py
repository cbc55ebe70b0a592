"""Bounds how many values the operations of a request may examine.

Usually operations are few and lists short, but a thousand operations, each filtering a thousand values, would take minutes
during which nobody else writes. Within the bound, a request takes less time than other writers wait for their turn.
"""

from .errors import TooMany
from .filter.ast import And, Not, Or, ValuePath

MOST = 2_000_000  # values examined, about five seconds
_A_COMPARISON = 4  # costs about as much as sorting this many values


class Work:
    """The number of values that the operations of one request have examined so far."""

    __slots__ = ("done",)

    def __init__(self):
        self.done = 0

    def look_through(self, elements, tree=None):
        """Count the values of a list, for each comparison of a filter over them. Raises TooMany."""
        self.look_at(len(elements) * (1 if tree is None else _A_COMPARISON * _comparisons(tree)))

    def look_at(self, values):
        """Count so many values. Raises TooMany."""
        self.done += values
        if self.done > MOST:
            raise TooMany(
                f"the operations of one request may look at {MOST:,} values, {_A_COMPARISON} for each comparison of a "
                "filter; send them in several requests"
            )


def _comparisons(tree):
    match tree:
        case And(terms) | Or(terms):
            return sum(map(_comparisons, terms))
        case Not(term) | ValuePath(_, term):
            return _comparisons(term)
    return 1

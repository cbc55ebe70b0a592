"""How much the operations of a request may look at.

Operations are few and lists are short, but a thousand operations, each with a filter over a thousand values, are minutes
during which nobody else writes. What fits takes less time than others wait for their turn.
"""

from .errors import TooMany
from .filter.ast import And, Not, Or, ValuePath

MOST = 2_000_000  # values looked at, about five seconds
_A_COMPARISON = 4  # costs about as much as this many values that are only put in order


class Work:
    """What the operations of one request have looked at so far."""

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

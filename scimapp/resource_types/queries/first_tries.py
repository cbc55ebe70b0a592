"""The first try of a search on Postgres: the few people whom one part of the filter finds, held against its other parts.

Which part finds few is not known beforehand, nor whether any does: in ``title eq "Nurse" and userName sw "ann"`` the second
one may. So the parts take turns: one that has found more than a few gives way to the next one, and after the last one a number
of searches go without.
"""

from ...directory.client_reads import people_found_first
from ...directory.client_reads.reading import FEW, terms_of
from .linked import lists_of

PAUSE = 20  # searches without a try once no part has found few
# Each way is a statement of its own that holds the whole filter, to be made, kept and planned. All ways of a filter with sixty
# parts would take half a minute and a hundred megabytes together.
MOST_WAYS = 3
MOST_PARTS = 8  # of a filter with ways


class FirstTries:
    """The ways to begin the search for a condition; ``owner`` is the column with the numbers of its rows.

    Threads may get in each other's way here: one way is then tried once more, or once less.
    """

    def __init__(self, owner, condition):
        self._ways = _ways(owner, condition)
        self._turn = self._pause = 0

    def turn(self):
        """The number of the way to try now, None if none is to be tried."""
        if not self._ways:
            return None
        if self._pause:
            self._pause -= 1
            return None
        return self._turn

    def statement(self, turn, with_groups):
        """The statement of a way; its rows are for ``people``."""
        return people_found_first.statement(*self._ways[turn], with_groups)

    def people(self, turn, rows):
        """The people whom the statement of a way has found, in no order; None if there may be more."""
        if len(rows) <= FEW:
            found = {row[0]: row for row in rows}
            found.pop(None, None)
            return list(found.values())
        self._turn = following = (turn + 1) % len(self._ways)
        self._pause = 0 if following else PAUSE
        return None


def _ways(owner, condition):
    """Up to MOST_WAYS of ``(leading, lists, conditions)`` for ``people_found_first.statement``."""
    terms = terms_of(condition)
    if len(terms) > MOST_PARTS:
        return []
    of_terms = [(term, lists_of(owner, term)) for term in terms]
    lists = [selects for _, selects in of_terms if selects is not None]
    plain = [term for term, selects in of_terms if selects is None]
    if not all(lists):
        return []  # nobody meets it
    ways = [(selects, lists[:place] + lists[place + 1 :], plain) for place, selects in enumerate(lists)]
    ways += [((numbers,), lists, others) for numbers, others in people_found_first.walks(plain)]
    return ways[:MOST_WAYS]

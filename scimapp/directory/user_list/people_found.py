"""The people that a search finds, combined in the process from lists of numbers, one list for each part of the search.

Looking people up, for the state or for the next condition, costs either database three to six times as much as listing
them; and Postgres, whose plan serves all values, has to guess how many there are. This module guesses nothing.
"""

from dataclasses import dataclass
from itertools import chain

from .. import clock
from ..kept_counts import StateCounts
from ..links import standings
from ..model import User
from ..scope import own_rows
from .numbers import Marks, as_text, read_each

_IN_STATES = [own_rows(User, User.seq).where(User.state == one) for one in ("invited", "inactive")]
_BESIDE = [as_text(query) for query in (*_IN_STATES, *standings.IN_VAIN)]  # what every search asks for, made once


class People:
    """People of an account by their ``numbers``, which may contain duplicates. With ``are_others``, everybody except those.

    ``by_name``, if such a list was read anyway, is a list of numbers in the order of names that includes these people.
    """

    __slots__ = ("_marks", "are_others", "by_name", "numbers")

    def __init__(self, numbers, *, are_others=False, by_name=None):
        self.numbers, self.are_others, self.by_name = numbers, are_others, by_name
        self._marks = Marks(numbers)

    def among(self, numbers):
        """Those of ``numbers`` that belong to these people, in the same order."""
        return self._marks.lacking(numbers) if self.are_others else self._marks.having(numbers)

    def without(self, numbers):
        rest = self.numbers + numbers if self.are_others else Marks(numbers).lacking(self.numbers)
        return People(rest, are_others=self.are_others, by_name=self.by_name)

    def count(self, everybody):
        """The number of these people, if the account has ``everybody`` people.

        These were counted before, so there may be fewer.
        """
        return max(0, everybody - len(self._marks)) if self.are_others else len(self._marks)


@dataclass(frozen=True, slots=True)
class Found:
    """``people`` are those in the state searched for; ``counts`` covers all states. ``expired`` and ``bounced`` count their
    open invitations that came to nothing: they expired, or the mail was refused.
    """

    people: People
    counts: StateCounts
    expired: int
    bounced: int


def find(scope, everybody, met, unmet, state=None, *, is_by_name=False):
    """The Found who are in each list of ``met`` and in none of ``unmet``. The lists are selects of numbers; ``everybody``
    is the number of people in the account. ``is_by_name``: the first list is in the order of names. One statement.
    """
    values = {"account_id": scope.account_id, "now": clock.now()}
    people, invited, inactive, expired, bounced = in_lists(met, unmet, _BESIDE, is_by_name=is_by_name, **values)
    count, invited, inactive = people.count(everybody), people.among(invited), people.among(inactive)
    counts = StateCounts(count, max(0, count - len(invited) - len(inactive)), len(invited), len(inactive))
    in_vain = (len(Marks(numbers).having(invited)) for numbers in (expired, bounced))
    if state == "active":
        people = people.without(invited + inactive)
    elif state:
        people = People(invited if state == "invited" else inactive, by_name=people.by_name)
    return Found(people, counts, *in_vain)


def in_lists(met, unmet, beside=(), *, is_by_name=False, **values):
    """``(People, *numbers)``: as for ``find``, and the numbers that each of ``beside`` finds. These are selects ``as_text``
    with the parameters ``values``. One statement.
    """
    lists = read_each([*map(as_text, met), *map(as_text, unmet), *beside], **values)
    met, unmet, beside = lists[: len(met)], lists[len(met) : len(met) + len(unmet)], lists[len(met) + len(unmet) :]
    left_out = list(chain.from_iterable(unmet))
    if not met:
        return People(left_out, are_others=True), *beside
    here, *others = sorted(met, key=len)
    for other in others:
        here = Marks(here).having(other)
    here = Marks(left_out).lacking(here) if left_out else here
    return People(here, by_name=met[0] if is_by_name else None), *beside

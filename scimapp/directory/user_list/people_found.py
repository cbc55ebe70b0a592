"""The people that a search finds, combined in the process from lists of numbers, one list for each part of the search.

Looking people up, for the state or for the next condition, costs either database three to six times as much as listing
them; and Postgres, whose plan serves all values, has to guess how many there are. This module guesses nothing.
"""

from dataclasses import dataclass
from functools import partial, reduce
from operator import and_, or_

from sqlalchemy import func, select

from ...database import db
from .. import clock
from ..kept_counts import StateCounts
from ..links import standings
from ..model import User
from ..scope import own_rows
from ..sql_text import numbers_in
from .numbers import Marks, Scattered, as_text

_IN_STATES = [own_rows(User, User.seq).where(User.state == one) for one in ("invited", "inactive")]
_BESIDE = [as_text(query) for query in (*_IN_STATES, *standings.IN_VAIN)]  # what every search asks for, made once
_GREATEST = own_rows(User, func.max(User.seq)).scalar_subquery()
_BYTES_EACH = 4  # of Marks at most, for each byte of the texts read: in a small account among many, a set is as quick


@dataclass(frozen=True, slots=True)
class People:
    """People of an account by their ``marks``. With ``are_others``, everybody except those.

    ``in_order``, if such a list was read anyway, is a list of numbers in the order asked for that includes these people.
    """

    marks: Marks | Scattered
    are_others: bool = False
    in_order: list | None = None

    def among(self, numbers):
        """Those of ``numbers`` that belong to these people, in the same order."""
        return self.marks.lacking(numbers) if self.are_others else self.marks.having(numbers)

    def of(self, marks):
        """The Marks of those who belong to these people."""
        return marks - self.marks if self.are_others else marks & self.marks

    def without(self, marks):
        rest = self.marks | marks if self.are_others else self.marks - marks
        return People(rest, self.are_others, self.in_order)

    def count(self, everybody):
        """The number of these people, if the account has ``everybody`` people.

        These were counted before, so there may be fewer.
        """
        return max(0, everybody - len(self.marks)) if self.are_others else len(self.marks)

    def candidates(self):
        """Marks that include these people, None if those are unknown. Other numbers in them are nobody's or of other
        accounts.
        """
        if not self.are_others:
            return self.marks
        return self.marks.others() if isinstance(self.marks, Marks) else None


@dataclass(frozen=True, slots=True)
class Found:
    """``people`` are those in the state searched for; ``counts`` covers all states. ``expired`` and ``bounced`` count their
    open invitations that came to nothing: they expired, or the mail was refused.
    """

    people: People
    counts: StateCounts
    expired: int
    bounced: int


def find(scope, everybody, met, unmet, state=None, *, is_in_order=False):
    """The Found who are in each list of ``met`` and in none of ``unmet``. The lists are selects of numbers; ``everybody``
    is the number of people in the account. ``is_in_order``: the first list is in the order asked for. One statement.
    """
    people, *beside = in_lists(scope, met, unmet, _BESIDE, is_in_order=is_in_order)
    invited, inactive, *in_vain = beside
    count, invited, inactive = people.count(everybody), people.of(invited), people.of(inactive)
    counts = StateCounts(count, max(0, count - len(invited) - len(inactive)), len(invited), len(inactive))
    in_vain = (len(numbers & invited) for numbers in in_vain)
    if state == "active":
        people = people.without(invited | inactive)
    elif state:
        people = People(invited if state == "invited" else inactive, in_order=people.in_order)
    return Found(people, counts, *in_vain)


def in_lists(scope, met, unmet, beside=(), *, is_in_order=False):
    """``(People, *Marks)``: as for ``find``, and whom each of ``beside`` finds. These are selects ``as_text`` with the
    parameters ``account_id`` and ``now``. One statement.
    """
    values = {"account_id": scope.account_id, "now": clock.now()}
    asked = select(_GREATEST, *map(as_text, met), *map(as_text, unmet), *beside)
    greatest, *texts = db.session.execute(asked, values).one()
    in_order = numbers_in(texts[0]) if is_in_order else None
    # One list at a time becomes marks: a list takes five times the memory of its text.
    is_dense = greatest is not None and greatest < _BYTES_EACH * sum(len(text or "") for text in texts)
    mark = partial(Marks, greatest + 1) if is_dense else Scattered
    first = [mark(in_order)] if is_in_order else []
    marks = [*first, *(mark(numbers_in(text)) for text in texts[len(first) :])]
    met, unmet, beside = marks[: len(met)], marks[len(met) : len(met) + len(unmet)], marks[len(met) + len(unmet) :]
    left_out = reduce(or_, unmet) if unmet else None
    if not met:
        return People(left_out or mark(), are_others=True), *beside
    here = reduce(and_, met)
    return People(here - left_out if unmet else here, in_order=in_order), *beside

"""The people that a search finds, combined in the process from lists of numbers, one list for each part of the search.

Looking people up, for the state or for the next condition, costs either database three to six times as much as listing
them; and Postgres, whose plan serves all values, has to guess how many there are. This module guesses nothing.
"""

from functools import reduce
from operator import and_, or_

from msgspec import Struct
from sqlalchemy import func, select

from ...database import db
from ...database.statements import Prepared
from .. import clock
from ..kept_counts import StateCounts
from ..links import sent_invitations
from ..model import User
from ..scope import own_rows
from ..sql.few_people import in_state
from ..sql.lists import json_list, numbers_in
from . import mended
from .kept_lists import Kept, listed, packed, size_of
from .numbers import Marks, Scattered, as_text

_IN_STATES = [own_rows(User, User.seq).where(in_state(one)) for one in ("invited", "inactive")]
_REFUSED = listed(sent_invitations.REFUSED)
_BESIDE = [*map(listed, _IN_STATES), _REFUSED]  # what every search asks for, made once
_EXPIRED = Prepared(select(as_text(sent_invitations.EXPIRED)))
_GREATEST = own_rows(User, func.max(User.seq)).scalar_subquery()
_SIZE = ("size",)  # key of a kept value: the bytes of Marks of the account
_BYTES_EACH = 4  # of Marks at most, for each byte of the texts read: in a small account among many, a set is as quick


class People(Struct, frozen=True):
    """People of an account by their ``marks``. With ``are_others``, everybody except those.

    ``in_order``, if such a list was read anyway, is a list of numbers in the order asked for, or by name where it decides
    among equals, that includes these people.
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


class _List(Struct, frozen=True):
    """The Marks of a list of numbers, and the numbers themselves if they are in the order asked for."""

    marks: Marks | Scattered
    in_order: object = None


class Found(Struct, frozen=True):
    """``people`` are those in the state searched for; ``counts`` covers all states. ``expired`` and ``bounced`` count their
    open invitations that came to nothing: they expired, or the mail was refused before.
    """

    people: People
    counts: StateCounts
    expired: int
    bounced: int


def find(scope, everybody, met, unmet, state=None, *, is_in_order=False):
    """The Found who are in each list of ``met`` and in none of ``unmet``. The lists are selects of numbers; ``everybody``
    is the number of people in the account. ``is_in_order``: the first list is in the order asked for. Takes the statements
    of ``in_lists`` and one.
    """
    people, invited, inactive, refused = in_lists(scope, met, unmet, _BESIDE, is_in_order=is_in_order)
    count, invited, inactive = people.count(everybody), people.of(invited), people.of(inactive)
    counts = StateCounts(count, max(0, count - len(invited) - len(inactive)), len(invited), len(inactive))
    in_vain = _in_vain(refused & invited, invited.having(_expired(scope)))
    if state == "active":
        people = people.without(invited | inactive)
    elif state:
        people = People(invited if state == "invited" else inactive, in_order=people.in_order)
    return Found(people, counts, *in_vain)


def in_vain(scope):
    """``(expired, bounced)`` of everybody in the account. Takes the statements of ``find``."""
    _, refused = in_lists(scope, [], [], [_REFUSED])
    return _in_vain(refused, _expired(scope))


def _in_vain(refused, expired):
    return len(expired), len(refused) - len(refused.having(expired))


def _expired(scope):
    return numbers_in(_EXPIRED.scalar(account_id=scope.account_id, now=clock.now()))


def in_lists(scope, met, unmet, beside=(), *, is_in_order=False):
    """``(People, *Marks)``: as for ``find``, and whom each of ``beside`` finds. These are Listed with the parameter
    ``account_id``. One statement, none if all lists are kept; on Postgres up to two more for what is kept.
    """
    asked = [*map(listed, met), *map(listed, unmet), *beside]
    nobody, lists = _read(scope, asked, is_in_order)
    marks = [each.marks for each in lists]
    met, unmet, beside = marks[: len(met)], marks[len(met) : len(met) + len(unmet)], marks[len(met) + len(unmet) :]
    left_out = reduce(or_, unmet) if unmet else nobody
    if not met:
        return People(left_out, are_others=True), *beside
    here = reduce(and_, met)
    return People(here - left_out if unmet else here, in_order=lists[0].in_order), *beside


def _read(scope, asked, is_in_order):
    """``(Marks of nobody, a _List for each Listed of asked)``."""
    kept = Kept(scope.account_id)
    size, found = kept.get(_SIZE), [_found(kept, each) for each in asked]
    lists = [each and each.unchanged for each in found]
    missing = [place for place, each in enumerate(lists) if each is None]
    if size is not None and not missing:
        return _alike(size, lists)
    changed = frozenset().union(*(each.changed for each in found if each))
    greatest, texts = _texts(scope, [asked[place] for place in missing], [found[place] for place in missing], changed)
    # Postgres: what is kept is from before, so all is read at once.
    if None in found and any(found) and not kept.holds():
        missing, found = range(len(asked)), [None] * len(asked)
        greatest, texts = _texts(scope, asked, found, ())
    size = 0 if greatest is None else greatest + 1
    is_dense = size <= _BYTES_EACH * sum(len(text or "") for text in texts)
    for place, text in zip(missing, texts, strict=True):
        # One list at a time becomes marks: a list takes five times the memory of its text.
        numbers, mending = numbers_in(text), found[place]
        if mending:
            marks = mending.known.marks.exchanged(changed, numbers, size)
            lists[place] = _List(marks, mending.in_order)
        else:
            in_order = numbers if is_in_order and place == 0 else None
            lists[place] = _List(Marks(size, numbers) if is_dense and numbers else Scattered(numbers), in_order)
        _keep(kept, asked[place], lists[place])
    kept.put(_SIZE, _GREATEST, size, 0)
    return _alike(size, lists)


class _Found(Struct, frozen=True):
    """A kept _List, without the truth about people who have ``changed``; ``in_order`` are its numbers with these."""

    known: _List
    changed: frozenset
    in_order: object = None

    @property
    def unchanged(self):
        return None if self.changed else self.known


def _found(kept, asked):
    """The _Found of a Listed, None if it has to be read anew."""
    found = kept.find(asked.key)
    if found is None:
        return None
    known, changed = found
    if not changed or known.in_order is None:
        return _Found(known, changed)
    in_order = kept.in_order(asked.key, asked.query, known.in_order, changed)
    return None if in_order is None else _Found(known, changed, in_order)


def _alike(size, lists):
    """As ``_read``, with all Marks if some are, so that they can be combined."""
    if not any(isinstance(each.marks, Marks) for each in lists):
        return Scattered(), lists
    return Marks(size), [_List(each.marks.spread(size), each.in_order) for each in lists]


def _texts(scope, asked, found, changed):
    """``(the greatest number in the account, a text of numbers for each Listed)``: of those who have ``changed``, if it was ``found``.
    One statement.
    """
    columns = [
        as_text(mended.of_some(each.query)) if known else each.column for each, known in zip(asked, found, strict=True)
    ]
    values = {"account_id": scope.account_id} | ({"some_people": json_list(changed)} if changed else {})
    greatest, *texts = db.session.execute(select(_GREATEST, *columns), values).one()
    return greatest, texts


def _keep(kept, asked, one):
    in_order = None if one.in_order is None else packed(one.in_order)
    kept.put(asked.key, asked.query, _List(one.marks, in_order), one.marks.size + size_of(in_order))

"""The order of the people list: finds the people on a page through narrow indexes before any row is read.

A value that people may lack is walked in two parts: people with a value in the order of its index, then the rest by name.
So nobody is lost, people without a value come last in both directions, and no page sorts the whole account. A value of which
there are few, such as the state, has no index in the order of names: the people of each value are walked by name.
"""

from itertools import chain
from math import isqrt

from msgspec import Struct

from ..model import IndexedValue, User
from ..people.value_index import select_many_at
from ..sql.functions import unsought
from ..sql.lists import among, json_list
from . import numbers, values_in_order
from .kept_lists import Kept, joined, key_of, packed, size_of
from .list_attributes import NAME, NUMBER

_BY_NAME = (User.order_key, User.seq)
# Columns that everybody has, then the columns that decide among equals: complete indexes, walked in either direction.
_COMPLETE = {
    "name": _BY_NAME,
    "created": (User.created_at, User.seq),
    "updated": (User.updated_at, User.seq),
}
# Columns that people may lack, whose index also holds the columns that decide among equals.
_INDEXED = {"last_sign_in": (User.last_sign_in_at, *_BY_NAME)}
# Unique among visible people and indexed for those alone: removed people count as having no value.
_OF_VISIBLE = frozenset(("email", "user_name"))
# The fewest people to walk past, added to the number expected if the people searched for are spread at random.
_LEAST_STEP = 1_000
_KEPT_FROM = 5_000  # people walked past, at least, for these to be kept
_NOTHING = packed(())
_DEARER = 20  # factor: the cost of looking a person up, compared with walking past one


class Order(Struct, frozen=True):
    """``attribute`` is the ListAttribute that the list is sorted by, see ``list_attributes``."""

    attribute: object = NAME
    descending: bool = False

    def seqs(self, scope, people, everybody, offset=0, limit=None):
        """The seqs of ``people`` (a People, None for everybody) from ``offset`` on. ``everybody`` is the number of people
        in the account. Four statements at most, besides one of ``value_index.select_many_at`` and those of ``mended`` for
        each walk; in the order of ``values_in_order`` those of ``parts`` and four for each part.
        """
        total = everybody if people is None else people.count(everybody)
        last = total if limit is None else min(offset + limit, total)
        if offset >= last:
            return []
        if self.attribute.key in values_in_order.KEYS:
            return self._value_by_value(scope, people, everybody, offset, last)
        if people is not None and people.in_order is not None:
            seqs = people.in_order if len(people.in_order) == total else people.among(people.in_order)
            return list((seqs[::-1] if self.descending else seqs)[offset:last])
        walked = _to_meet(min(last, total - offset), total, everybody)
        if people is not None and _DEARER * total < walked:
            candidates = people.candidates()
            if candidates is not None and _DEARER * len(candidates) < walked:
                return self._looked_up(scope, candidates)[offset:last]
        first, rest = self._walks(scope, Kept(scope.account_id) if walked >= _KEPT_FROM else None)
        if rest is None:
            return _page(first, people and people.among, offset, last, total, everybody)
        return _page_of_two(first, rest, people, offset, last, total, everybody)

    def _value_by_value(self, scope, people, everybody, offset, last):
        """The seqs from ``offset`` to ``last``: the people of each value by name, one value after the other."""
        parts, found = values_in_order.parts(scope, self.attribute.key, people), []
        for part in reversed(parts) if self.descending else parts:
            size = part.count(everybody)
            begin, end = max(0, offset), min(last, size)
            if begin < end:
                found += Order(NAME, self.descending).seqs(scope, part, everybody, begin, end - begin)
            offset, last = offset - size, last - size
        return found

    def _looked_up(self, scope, few):
        """The seqs of the people among a ``few`` numbers, found by looking them up."""
        parts = [walk.only(few) for walk in self._walks(scope, by_number=True) if walk is not None]
        return list(dict.fromkeys(chain.from_iterable(parts)))  # people with a value come before the rest

    def _walks(self, scope, kept=None, *, by_number=False):
        """Two Walks: the people in this order, and everybody by name, or None if the first one contains everybody."""
        attribute, everybody = self.attribute, scope.select(User, User.seq, by_number=by_number)
        complete, by_name = _COMPLETE.get(attribute.key), _Walk(everybody, User.seq, _BY_NAME, kept=kept)
        if complete is not None:
            return _Walk(everybody, User.seq, complete, self.descending, kept), None
        if attribute.column is not None:
            is_unique = attribute.key in _OF_VISIBLE
            place = _INDEXED.get(attribute.key, (attribute.column,) if is_unique else (attribute.column, User.seq))
            has = [place[0].is_not(None)] + ([User.scim_id.is_not(None)] if is_unique else [])
            return _Walk(everybody.where(*has), User.seq, place, self.descending, kept), by_name
        value = IndexedValue.number if attribute.kind == NUMBER else IndexedValue.text_key
        here = [IndexedValue.element <= 1] if attribute.is_multi_valued else []  # the first of several values
        here += [IndexedValue.number.is_not(None)] if attribute.kind == NUMBER else []
        having = select_many_at(scope, attribute.path, IndexedValue.user_seq).where(*here)
        return _Walk(having, IndexedValue.user_seq, (value, IndexedValue.user_seq), self.descending, kept), by_name


class _Walk(Struct, frozen=True):
    """A walk over people in the order of the columns ``place``: a select of their ``number``. ``kept`` are the account's
    lists, to be continued.
    """

    people: object
    number: object
    place: tuple
    descending: bool = False
    kept: Kept | None = None

    def read(self, offset=0, limit=None, *, from_end=False):
        """The numbers from ``offset`` on. What was read for another page, and is kept, is not read again."""
        query = self._ordered(from_end)
        if self.kept is None:
            return _numbers(query, offset, limit)
        key, end = key_of(query), None if limit is None else offset + limit
        known, is_all = self._known(key, query)
        if is_all or (end is not None and end <= len(known)):
            return known[offset:end].tolist()
        if offset > len(known):
            return _numbers(query, offset, limit)
        wanted = None if end is None else end - len(known) + _LEAST_STEP  # some more, for the next page
        more = _numbers(query, len(known), wanted)
        found = joined(known, more)
        if known and self.kept.changed_meanwhile(key, query) != frozenset():
            return _numbers(query, offset, limit)  # on Postgres, where the two parts may be of different moments
        self.kept.put(key, query, (found, wanted is None or len(more) < wanted), size_of(found))
        return found[offset:end].tolist() if known else more[offset:end]

    def _known(self, key, query):
        """What was read before: the first numbers, and whether they are all."""
        found = self.kept.find(key)
        if found is None:
            return _NOTHING, False
        (known, is_all), changed = found
        if changed:
            known = self.kept.in_order(key, query, known, changed, is_all)
            if known is None:
                return _NOTHING, False
            self.kept.put(key, query, (known, is_all), size_of(known))
        return known, is_all

    def only(self, few):
        """Those of ``few`` who are walked past, in the order of the walk: they are looked up and sorted."""
        place = (unsought(self.place[0]), *self.place[1:])  # no index may be used for the order
        people = self.people.where(among(self.number, json_list(few)))
        return numbers.read(people.order_by(*_columns(place, self.descending)))

    def _ordered(self, from_end):
        return self.people.order_by(*_columns(self.place, self.descending != from_end))


def _columns(place, descending):
    return [column.desc() if descending else column.asc() for column in place]


def _numbers(query, offset, limit):
    return numbers.read(query.limit(limit).offset(offset or None))


def _to_meet(people, total, everybody):
    """How many of ``everybody`` to walk past to meet ``people`` of the ``total`` who are searched for. By chance one may meet
    fewer, seldom by more than three times the square root.
    """
    return _LEAST_STEP + (people + 3 * isqrt(people)) * everybody // total


def _page(walk, among, offset, last, total, everybody):
    """The numbers from position ``offset`` to ``last`` among the ``total`` that ``among`` leaves of a Walk over
    ``everybody`` people, read from the nearer end. ``among`` None leaves all.
    """
    from_end = offset > total - last
    if from_end:
        offset, last = total - last, total - offset
    if among is None:
        found = walk.read(offset, last - offset, from_end=from_end)
    else:
        step = _to_meet(last, total, everybody)
        found = among(walk.read(0, step, from_end=from_end))
        if len(found) < last and step < everybody:  # they are close together, far from that end
            found += among(walk.read(step, from_end=from_end))
        found = found[offset:last]
    return found[::-1] if from_end else found


def _page_of_two(first, rest, people, offset, last, total, everybody):
    """As ``_page``, for the Walk ``first`` followed by those of ``rest`` who are not in it."""
    step = None
    if people is not None:
        step = _to_meet(last, total, everybody)
    elif 2 * last <= total and len(page := first.read(offset, last - offset)) == last - offset:
        return page
    read = first.read(limit=step)
    here = read if people is None else people.among(read)
    if len(here) < last and step == len(read):
        more = first.read(step)
        read, here = read + more, here + people.among(more)
    if len(here) >= last:
        return here[offset:last]
    passed, lacking = len(here), numbers.marks_of(read).lacking

    def others(found):
        return lacking(found if people is None else people.among(found))

    return here[offset:] + _page(rest, others, max(0, offset - passed), last - passed, total - passed, everybody)

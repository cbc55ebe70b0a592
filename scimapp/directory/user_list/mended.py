"""Lists of numbers that are kept, mended for the few people who have changed since: only these are looked for again.

In a list with an order their new places are found among the people who have not changed, whose values are where they were: three or
four statements in a list of 100,000, a few more for many people.
"""

from array import array
from bisect import bisect_left

from sqlalchemy import union_all
from sqlalchemy.sql import CompoundSelect, operators

from ...database import db
from ..sql.lists import LookedUp, json_list, listed_number, values_of

_LOOKED_UP = 64  # people of a list in a step, at least
_BY_BYTES = 8  # people at most who are removed from an array one by one


class NotInOrder(Exception):
    """A list is not what it was when it was kept."""


def of_some(query):
    """The part of a select of numbers that finds those of ``some_people``, a JSON list, in no order."""
    if isinstance(query, CompoundSelect):
        return union_all(*map(of_some, query.selects))
    number, some = query.selected_columns[0], values_of("some_people")
    return query.select_from(LookedUp(some, number.table, number == listed_number(some.c.value))).order_by(None)


def in_order(query, known, changed, is_all=True):
    """``(numbers, looked up)``: ``known`` with the people who have ``changed`` in the places that they have now, an array of the numbers
    that ``query`` finds, in its order, all or the first of them; and a set of everybody whose place was asked for. None if they have
    to be read anew.
    """
    keys = _Keys(query)
    left = _without(known, changed)
    try:
        here = keys.of(changed)
        places = _places(keys, left, sorted(here.values(), reverse=keys.are_descending))
    except NotInOrder:
        return None
    numbers = sorted(here, key=here.get, reverse=keys.are_descending)
    for place, number in zip(reversed(places), reversed(numbers), strict=True):
        if is_all or place < len(left):  # others stand after what was read
            try:
                left.insert(place, number)
            except OverflowError:
                return None
    return left, keys.looked_up


class _Keys:
    """What decides the place of people in the order of a ``query``."""

    def __init__(self, query):
        number, clauses = query.selected_columns[0], query._order_by_clauses
        self.are_descending = any(getattr(clause, "modifier", None) is operators.desc_op for clause in clauses)
        columns = [getattr(clause, "element", clause) for clause in clauses]
        self._query = of_some(query).with_only_columns(number, *columns)
        self.looked_up = set()

    def of(self, numbers):
        """``{number: key}`` of those who are in the list. One statement. Raises NotInOrder if somebody is in it twice."""
        self.looked_up.update(numbers)
        rows = db.session.execute(self._query, {"some_people": json_list(numbers)}).all() if numbers else []
        found = {number: tuple(key) for number, *key in rows}
        if len(found) < len(rows):
            raise NotInOrder
        return found


def _without(known, changed):
    if len(changed) > _BY_BYTES:
        return array(known.typecode, [number for number in known if number not in changed])
    left, size = known[:], known.itemsize
    for number in changed:
        try:
            sought = array(known.typecode, [number]).tobytes()
        except OverflowError:
            continue
        text = left.tobytes()
        at = text.find(sought)
        while at >= 0 and at % size:
            at = text.find(sought, at + 1)
        if at >= 0:
            del left[at // size]
    return left


def _places(keys, numbers, sought):
    """Where each of the ``sought`` keys, which are in order, belongs among the ``numbers``: the place of the first that comes after it.
    A statement for each step; all of them together look up hundreds of people.
    """
    gaps = [(0, len(numbers))] * len(sought)
    while any(low < high for low, high in gaps):
        open_ones = {gap for gap in gaps if gap[0] < gap[1]}
        each = max(1, _LOOKED_UP // len(open_ones))
        steps = {gap: _between(*gap, each) for gap in open_ones}
        asked = {numbers[at] for places in steps.values() for at in places}
        known = keys.of(asked)
        if len(known) < len(asked):
            raise NotInOrder
        for position, gap in enumerate(gaps):
            if gap in steps:
                gaps[position] = _narrowed(gap, steps[gap], known, numbers, sought[position], keys.are_descending)
    return [low for low, _ in gaps]


def _between(low, high, count):
    """At most ``count`` places from ``low`` to before ``high``, as far apart as possible."""
    return sorted({low + (high - low) * step // (count + 1) for step in range(1, count + 1)})


def _narrowed(gap, places, known, numbers, key, is_descending):
    def comes_after(at):
        there = known[numbers[at]]
        return there < key if is_descending else there > key

    passed = bisect_left(places, True, key=comes_after)
    low = places[passed - 1] + 1 if passed else gap[0]
    high = places[passed] if passed < len(places) else gap[1]
    return low, high

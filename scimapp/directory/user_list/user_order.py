"""The order of the people list: which people stand on a page, found through narrow indexes before any row is read.

A value that people may lack is walked in two parts: those who have one, in the order of its index, then the rest by
name. So nobody is lost, people without a value come last in either direction, and no page sorts the whole account.
"""

from dataclasses import dataclass
from functools import partial
from itertools import filterfalse

from sqlalchemy import func, select

from ...database import db
from ..model import IndexedValue, User
from ..people.value_index import select_many_at
from ..sql_text import joined, numbers_in
from . import user_filters
from .list_attributes import NAME, NUMBER

_BY_NAME = (User.order_key, User.seq)
# Columns that everybody has, and what decides among equals: whole indexes, which are walked in either direction.
_COMPLETE = {
    "name": _BY_NAME,
    "state": (User.state, *_BY_NAME),
    "role": (User.role, *_BY_NAME),
    "source": (User.connection_id, User.source, *_BY_NAME),
    "created": (User.created_at, User.seq),
    "updated": (User.updated_at, User.seq),
}
# A column that people may lack, in an index that puts those without one by name too.
_INDEXED = {"last_sign_in": (User.last_sign_in_at, *_BY_NAME)}
# Unique among the people whom a directory sees, and indexed for them alone: removed people count as without one.
_OF_VISIBLE = frozenset(("email", "user_name"))
# People that are walked past, beside as many as it takes where those without a value are everywhere.
_LEAST_STEP = 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """``attribute`` is what the list is sorted by, see ``list_attributes``; ``one_by_one`` is as in ``user_filters``.

    ``asked`` are conditions of ``user_filters`` that everybody on the page meets anyway: one on the value that the list is
    sorted by says where in the index they stand. ``sought``: few people who have a value are on the list, so that those on
    it are found and sorted; else the order is walked until a page is full.
    """

    attribute: object = NAME
    descending: bool = False
    one_by_one: bool = False
    asked: tuple = ()
    sought: bool = False

    def seqs(self, scope, conditions, offset=0, limit=None, total=None):
        """The seqs of the people who meet ``conditions`` (on ``User``), from place ``offset`` on. At most five statements,
        besides those that ``value_index.select_many_at`` takes.

        Where ``total`` says how many meet them, the second half is read from its end.
        """
        complete = _COMPLETE.get(self.attribute.key)
        if complete is not None:
            people = scope.select(User, User.seq).where(*conditions)
            return self._part(people, complete, self.descending, offset, limit, total)
        having, place = self._having(scope, conditions)
        passed = None
        if _is_far(offset, total):
            passed = db.session.scalar(having.with_only_columns(func.count()))
        seqs = []
        if passed is None or offset < passed:
            seqs = self._part(having, place, self.descending, offset, limit, passed)
        if len(seqs) == limit or self._on_the_value():
            return seqs
        if passed is None:
            passed = db.session.scalar(having.with_only_columns(func.count())) if offset and not seqs else 0
        rest = max(0, offset - passed) if not seqs else 0
        left = None if total is None or not passed else total - passed
        wanted = None if limit is None else limit - len(seqs)
        is_page, is_listed = bool(left) and wanted is not None, self._is_listed()
        # To look somebody up costs four times what it costs to list one of those who have a value, or twelve times.
        dearer = 12 if is_listed else 4
        one_by_one = is_page and dearer * _walked(rest, wanted, left) * total < passed * left
        if is_page and is_listed and not one_by_one:
            return seqs + self._passing(scope, conditions, rest, wanted, left, total)
        everybody_else = scope.select(User, User.seq).where(*conditions, self._lacks(scope, one_by_one))
        return seqs + self._part(everybody_else, _BY_NAME, False, rest, wanted, left)

    def is_walked(self):
        """Whether an index of people has this order, whole."""
        return self.attribute.key in _COMPLETE

    def stands_for(self, condition):
        """Whether everybody in this order meets a condition of ``asked``, which then need not be asked again."""
        return self._clause(condition) is not None

    def _having(self, scope, conditions, narrowed=True):
        """A select of the people who have a value, and the columns that put them in order."""
        attribute = self.attribute
        if attribute.column is not None:
            place = _INDEXED.get(attribute.key, (attribute.column, User.seq))
            if self.sought:  # no index over the column shall
                place = (func.coalesce(place[0], place[0]), *place[1:])
            has = [place[0].is_not(None)]
            has += [User.scim_id.is_not(None)] if attribute.key in _OF_VISIBLE else []
            people = scope.select(User, User.seq).where(*has, *conditions)
            return people.correlate(None), place
        value = self._value()
        here = [IndexedValue.element <= 1] if attribute.is_multi_valued else []  # of several values the first
        here += [IndexedValue.number.is_not(None)] if attribute.kind == NUMBER else []
        here += self._on_the_value() if narrowed else []
        if conditions and self.one_by_one:
            this_one = scope.select(User, User.seq).where(User.seq == IndexedValue.user_seq, *conditions)
            here.append(this_one.correlate(IndexedValue).exists())
        elif conditions:
            here.append(IndexedValue.user_seq.in_(scope.select(User, User.seq).where(*conditions)))
        having = select_many_at(scope, attribute.path, IndexedValue.user_seq).where(*here)
        return having, (value, IndexedValue.user_seq)

    def _value(self):
        return IndexedValue.number if self.attribute.kind == NUMBER else IndexedValue.text_key

    def _on_the_value(self):
        """What is asked of the value itself; whoever lacks one meets none of it."""
        return [clause for clause in map(self._clause, self.asked) if clause is not None]

    def _clause(self, condition):
        is_own = self.attribute.column is None and condition.attribute.path == self.attribute.path
        return user_filters.of_value(condition, self._value()) if is_own else None

    def _lacks(self, scope, one_by_one):
        """The condition on the people who have no value. ``one_by_one`` spares a list of all who have one."""
        if self.attribute.key in _INDEXED:
            return self.attribute.column.is_(None)
        having = self._having(scope, (), narrowed=False)[0]
        if one_by_one and self.attribute.column is None:
            return ~having.where(IndexedValue.user_seq == User.seq).correlate(User).exists()
        return User.seq.not_in(having)

    def _is_listed(self):
        """Whether all who have a value are listed for ``_passing``: SQLite makes a table of them for itself, at three times
        the price; Postgres puts them into memory.
        """
        return self.attribute.column is None and finds_in_order()

    def _passing(self, scope, conditions, offset, limit, left, total):
        """The seqs by name, from ``offset`` on, of those without a value, who are ``left`` of ``total``: everybody is walked
        from the nearer end, and who has one is passed by.
        """
        having = self._having(scope, (), narrowed=False)[0]
        has_one = set(numbers_found(having.with_only_columns(IndexedValue.user_seq))).__contains__
        people = scope.select(User, User.seq).where(*conditions)
        return _walked_past(people, _BY_NAME, False, partial(filterfalse, has_one), offset, limit, left, total)

    def beside(self, scope, conditions, lists, offset, limit, total, everybody):
        """As ``seqs``, in a whole index, of those who are in ``lists``, as of ``user_filters.of_values``, besides: these are read as
        numbers, and people are walked past them. ``total`` of ``everybody`` are.
        """
        met, unmet = lists
        *others, last = numbers_of_each([*unmet, *([] if met is None else [met])])
        if met is None:
            here = partial(filterfalse, set(last).union(*others).__contains__)
        else:
            here = partial(filter, set(last).difference(*others).__contains__)
        people, place = scope.select(User, User.seq).where(*conditions), _COMPLETE[self.attribute.key]
        return _walked_past(people, place, self.descending, here, offset, limit, total, everybody)

    @staticmethod
    def _part(people, place, descending, offset, limit, total):
        """The seqs from ``offset`` on in the order of the columns ``place``; ``total`` of people, where it is known."""
        if limit is None or not _is_far(offset, total):
            return _read(people.order_by(*_directed(place, descending)), offset, limit)
        size = max(0, min(limit, total - offset))
        return (
            _read(people.order_by(*_directed(place, not descending)), total - offset - size, size)[::-1] if size else []
        )


def _walked_past(people, place, descending, here, offset, limit, left, total):
    """The seqs from ``offset`` on, in the order of the columns ``place``, of those ``people`` whom ``here`` leaves of some, who are
    ``left`` of about ``total``: read from the nearer end.
    """
    limit = max(0, min(limit, left - offset))
    from_end = _is_far(offset, left)
    end = left - offset if from_end else offset + limit
    people = people.order_by(*_directed(place, descending != from_end))
    found, step = [], _LEAST_STEP + end * total // left
    for first, size in ((0, step), (step, None)):  # where they stand close together far from that end, all the rest
        if len(found) < end:
            found += here(numbers_found(people.offset(first).limit(size)))
    page = found[end - limit : end]
    return page[::-1] if from_end else page


def finds_in_order():
    """Whether ``numbers_found`` keeps the order of a query; Postgres sorts once more."""
    return db.engine.dialect.name == "sqlite"


def numbers_found(query):
    """The numbers that a query of one column finds, on SQLite in its order: a tenth of what as many rows cost."""
    return numbers_of_each([query])[0]


def numbers_of_each(queries):
    """The same of several, in one statement."""
    numbers = [query.subquery().c[0] for query in queries]
    texts = select(*(select(joined(number, number)).scalar_subquery() for number in numbers))
    return [numbers_in(text) for text in db.session.execute(texts).one()]


def _is_far(offset, total):
    return total is not None and 2 * offset > total


def _walked(offset, limit, total):
    """How many people are passed for a page, which is read from the nearer end."""
    return min(offset, max(0, total - offset - limit)) + limit


def _directed(columns, descending):
    if descending:
        return [column.desc().nulls_first() if _may_lack(column) else column.desc() for column in columns]
    return [column.asc().nulls_last() if _may_lack(column) else column.asc() for column in columns]


def _may_lack(column):
    """Only where it matters: said of a column without NULLs, SQLite would leave the index aside."""
    return column is User.connection_id


def _read(query, offset, limit):
    return list(db.session.scalars(query.limit(limit).offset(offset or None)))

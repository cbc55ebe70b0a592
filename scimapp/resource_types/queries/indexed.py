"""Attributes kept in the value index (``directory.people.value_index``): found by ``(path, key)``,
whatever the number of people.

A person matches when ``seq IN (SELECT user_seq …)``.
"""

from msgspec import Struct
from sqlalchemy import Text, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from ...directory.model import IndexedValue, User
from ...directory.people import value_index
from ...directory.people.value_index import CASE_EXACT
from ...directory.text_keys import MAXIMUM_KEY
from ...scim.errors import InvalidFilter
from ...scim.filter.ast import OF_TEXTS
from ...texts import is_storable
from .asking import key_of
from .binding import AnyOf, moment_of
from .text_comparison import compare_text, ordered

_NUMERIC = frozenset({"integer", "decimal"})
_MOMENT_LENGTH = len("2026-11-23t09:30:00z")


class Indexed(AnyOf, Struct, frozen=True):
    """An attribute in the value index. ``path`` is lower case; ``is_whole`` for a complex attribute without sub-attribute.

    ``hidden`` are paths below a whole attribute that do not count; ``is_single`` if nobody has several values.
    """

    path: str
    type: str
    is_whole: bool = False
    hidden: tuple = ()
    is_single: bool = False

    def any_of(self, scope, comparisons):
        compared = (self._compare(scope, IndexedValue, *each) for each in comparisons)
        return _people(and_(self._here(scope, IndexedValue), or_(false(), *compared)))

    def present(self, scope):
        return _people(self.filled(scope, IndexedValue))

    def stored(self, scope):
        """The condition that there is any value, even an empty text."""
        return _people(self._here(scope, IndexedValue))

    def sort_key(self, scope):
        """The value of the primary element, else of the first one; NULL for people without a value."""
        value = aliased(IndexedValue)
        query = value_index.select_at(scope, self.path, self._order_of(value), value=value)
        query = query.where(value.user_seq == User.seq).limit(1)
        if not self.is_single:
            query = query.order_by(self._is_primary(scope, value).desc(), value.element)
        return query.correlate(User).scalar_subquery()

    def sort_values(self, scope):
        """The sort keys of everybody who has one, as rows of ``seq`` and ``key``, for Postgres."""
        value = aliased(IndexedValue)
        query = value_index.select_at(
            scope, self.path, value.user_seq.label("seq"), self._order_of(value).label("key"), value=value
        )
        if self.is_single:
            return query.where(value.element <= 1)  # 0, or 1 if it came in a list
        first = (value.user_seq, self._is_primary(scope, value).desc(), value.element)
        return query.distinct(value.user_seq).order_by(*first)

    def _order_of(self, value):
        wanted = value.number if self.type in _NUMERIC else value.text_key
        return _to_milliseconds(wanted) if self.type == "dateTime" else wanted

    def _is_primary(self, scope, value):
        primary = aliased(IndexedValue)
        attribute = self.path.rpartition(".")[0] or self.path
        return exists().where(
            value_index.at(scope, f"{attribute}.primary", primary),
            primary.user_seq == value.user_seq,
            primary.element == value.element,
            primary.text_key == "true",
        )

    def matches(self, scope, value_row, operator, value):
        """The condition that a row of the index has this path and meets the comparison."""
        return and_(self._here(scope, value_row), self._compare(scope, value_row, operator, value))

    def filled(self, scope, value_row):
        """The condition that a row of the index has this path and more than an empty text."""
        return and_(self._here(scope, value_row), value_row.text_key != "")

    def _here(self, scope, value_row):
        if not self.is_whole:
            return value_index.at(scope, self.path, value_row)
        return value_index.below(scope, f"{self.path}.", value_row, beside=self.hidden)

    def _compare(self, scope, row, operator, value):
        if self.type in _NUMERIC:
            return _compare_number(row.number, operator, value)
        if self.type == "boolean":
            if operator != "eq" or not isinstance(value, bool):
                raise InvalidFilter(f"{self.path} is compared with true or false, by eq or ne")
            return row.text_key == self._key(value)
        if not isinstance(value, str):
            raise InvalidFilter(f"{self.path} is compared with a text in quotes")
        if not is_storable(value):
            return false()
        if self.type == "dateTime" and operator not in OF_TEXTS:
            return _compare_moment(scope, row.text_key, operator, value)
        return self._compare_text(scope, row.text_key, operator, value)

    def _compare_text(self, scope, column, operator, value):
        if operator != "eq" and len(self._key(value)) > MAXIMUM_KEY:
            raise InvalidFilter(f"{self.path} {operator}: at most {MAXIMUM_KEY} characters are compared")
        compared = compare_text(scope, column, operator, value, self._key)
        if operator == "co":  # the digest after a long text is cut off only from texts that match
            return and_(compared, compare_text(scope, func.substr(column, 1, MAXIMUM_KEY), operator, value, self._key))
        return and_(compared, func.length(column) <= MAXIMUM_KEY) if operator == "ew" else compared

    def _key(self, value):
        return value_index.key_of(value, self.path in CASE_EXACT)[0]


def _people(here):
    """The condition that a person has a value in the index that meets ``here``, which includes the path."""
    return User.seq.in_(select(IndexedValue.user_seq).where(here))


def _compare_number(column, operator, value):
    if isinstance(value, bool) or not isinstance(value, int | float) or operator in OF_TEXTS:
        raise InvalidFilter("a number is compared with a number, by eq, ne, gt, ge, lt or le")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    return column == number if operator == "eq" else ordered(column, operator, number)


def _to_milliseconds(column):
    """Bring stored moments, UTC to the second or the millisecond, to milliseconds so that they compare."""
    stored = func.replace(func.substr(column, 1, _MOMENT_LENGTH + 3), "z", "", type_=Text)
    return func.substr(stored + ".000", 1, _MOMENT_LENGTH + 3, type_=Text)


def _compare_moment(scope, column, operator, value):
    padded = _to_milliseconds(column)
    _moment_key(value)
    key = key_of(scope, value, _moment_key, may_refuse=True)
    return padded == key if operator == "eq" else ordered(padded, operator, key)


def _moment_key(value):
    moment = moment_of(value)
    return moment.strftime("%Y-%m-%dt%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"

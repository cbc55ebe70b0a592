"""Where each SCIM attribute lives in the tables. One table per resource type feeds filtering and sorting.

A place compares a value, tells whether there is one, and gives a key to sort by. Every comparison is true or false, never
NULL, so that ``not`` and ``ne`` are right for people without a value. This is done with IS NOT NULL, because no index
helps a comparison inside a function such as COALESCE.
"""

from msgspec import Struct
from sqlalchemy import and_, case, false, literal, not_, or_, true
from sqlalchemy.sql.elements import ColumnElement

from ...database.column_types import UtcDateTime
from ...directory.sql.functions import by_code_point, walked
from ...moments import parse_moment
from ...scim.errors import InvalidFilter
from ...scim.filter.ast import ORDERING
from ...scim.filter.evaluate import holds
from ...texts import fold, fold_user_name, is_storable
from .asking import decided_by, key_of
from .text_comparison import compare_text, ordered


class Place:
    """Where an attribute lives. ``meets(scope, operator, value)`` is the condition for any operator but ``ne`` and any value
    but null, which mean the same everywhere.
    """

    __slots__ = ()

    def compare(self, scope, operator, value):
        """The condition that a comparison is true. Raises InvalidFilter."""
        if value is None:
            return compare_null(self.present(scope), operator)
        if operator == "ne":
            return not_(self.compare(scope, "eq", value))
        return self.meets(scope, operator, value)


class AnyOf(Place):
    """A place that answers several comparisons at once: ``any_of(scope, comparisons)`` is true if one of them holds.
    Comparisons are pairs of an operator and a value.
    """

    __slots__ = ()

    def meets(self, scope, operator, value):
        return self.any_of(scope, ((operator, value),))


class TextColumn(AnyOf, Struct, frozen=True):
    """A text kept in a column of keys; ``key`` folds a value as the column is folded.

    ``is_identifier``: the column has the database's own collation, while keys are ordered by code point.
    ``is_walked``: if all keys must be examined, SQLite walks their index and reads only matching rows.
    """

    column: ColumnElement
    key: object = fold
    is_identifier: bool = False
    is_walked: bool = False

    def any_of(self, scope, comparisons):
        return and_(self.column.is_not(None), or_(false(), *(self._holds(scope, *each) for each in comparisons)))

    def _holds(self, scope, operator, value):
        if not isinstance(value, str):
            raise InvalidFilter("this attribute is compared with a text in quotes")
        if not is_storable(value):
            return false()
        column = self.column if operator == "eq" else self.sort_key(scope)
        found = compare_text(scope, column, operator, value, self.key)
        return and_(walked(column >= ""), found) if self.is_walked and operator in ("co", "ew") else found

    def present(self, _scope):
        return self.column.is_not(None)

    def sort_key(self, _scope):
        return by_code_point(self.column) if self.is_identifier else self.column


def exact(text):
    """The key of a caseExact text: itself."""
    return text


class OwnText(AnyOf, Struct, frozen=True):
    """externalId: a caseExact text, visible only to the connection that set it (RFC 7643 §3.1)."""

    column: ColumnElement
    connection: ColumnElement

    def any_of(self, scope, comparisons):
        return and_(self._is_own(scope), TextColumn(self.column, exact, is_walked=True).any_of(scope, comparisons))

    def present(self, scope):
        return and_(self._is_own(scope), self.column.is_not(None))

    def sort_key(self, scope):
        return case((self._is_own(scope), self.column))

    def _is_own(self, scope):
        return and_(self.connection.is_not(None), self.connection == scope.actor.connection_id)


class BooleanColumn(Place, Struct, frozen=True):
    """True or false; ``unassigned`` says that a client removed the attribute. Neither column is ever NULL.

    ``when_false(scope)`` is a condition, answered by an index, that holds for every row where this is false.
    """

    column: ColumnElement
    unassigned: ColumnElement
    when_false: object

    def meets(self, scope, operator, value):
        if operator != "eq" or not isinstance(value, bool):
            raise InvalidFilter("this attribute is compared with true or false, by eq or ne")
        return and_(self.column.is_(value), self.present(scope), true() if value else self.when_false(scope))

    def present(self, _scope):
        return self.unassigned.is_(False)

    def sort_key(self, scope):
        return case((self.present(scope), self.column))


class MomentColumn(Struct, frozen=True):
    """A moment, in a column that is never NULL."""

    column: ColumnElement

    def compare(self, scope, operator, value):
        if value is None:
            return compare_null(true(), operator)
        moment_of(value)
        moment = key_of(scope, value, moment_of, UtcDateTime(), may_refuse=True)
        if operator in ("eq", "ne"):
            return self.column == moment if operator == "eq" else self.column != moment
        if operator not in ORDERING:
            raise InvalidFilter("a date and time is compared by eq, ne, gt, ge, lt or le")
        return ordered(self.column, operator, moment)

    def present(self, _scope):
        return true()

    def sort_key(self, _scope):
        return self.column


class Constant(Place, Struct, frozen=True):
    """A text common to all resources of a type, such as ``meta.resourceType``."""

    text: str
    key: object = exact

    def meets(self, scope, operator, value):
        return true() if holds(operator, self.key(self.text), self.key(str(decided_by(scope, value)))) else false()

    def present(self, _scope):
        return true()

    def sort_key(self, _scope):
        return literal(self.text)


class Nowhere(Struct, frozen=True):
    """An attribute that no resource of a type has."""

    def compare(self, _scope, operator, value):
        if value is None:
            return compare_null(false(), operator)
        return true() if operator == "ne" else false()

    def present(self, _scope):
        return false()

    def matching(self, _scope, _tree, _condition):
        return false()

    def matches(self, _scope, _row, _operator, _value):
        return false()

    def filled(self, _scope, _row):
        return false()


def user_name(column):
    """The place of userName: compared by PRECIS (RFC 7644 §5), ignoring width, case and normal form."""
    return TextColumn(column, fold_user_name, is_walked=True)


def moment_of(value):
    """The moment that a filter names. Raises InvalidFilter."""
    try:
        return parse_moment(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidFilter("a date and time with its zone, such as 2026-11-23T09:30:00Z, is expected") from error


def compare_null(present, operator):
    """``eq null`` is true if there is no value, ``ne null`` if there is one (RFC 7643 §2.5)."""
    if operator == "eq":
        return not_(present)
    if operator == "ne":
        return present
    raise InvalidFilter("null is compared by eq or ne")

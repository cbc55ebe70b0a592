"""Places of values that no row holds in the form that answers show: addresses, ``schemas``, a manager's name, long names."""

from msgspec import Struct
from sqlalchemy import Text, and_, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from ...directory.model import IndexedValue, User
from ...directory.people import value_index
from ...directory.people.profile import MAXIMUM_NAME_KEY
from ...directory.sql.functions import by_code_point
from ...directory.sql.texts import following
from ...directory.text_keys import name_order
from ...scim.errors import InvalidFilter
from ...scim.filter.evaluate import element_matches, holds
from ...texts import fold, is_storable
from .asking import decided_by, key_of
from .binding import Place, TextColumn, exact
from .linked import lists_of
from .text_comparison import compare_text

MANAGER = "enterprise.manager.value"  # its path in the value index
_Manager = aliased(User)


class Address(Place, Struct, frozen=True):
    """The address of a resource: ``prefix`` followed by an id from a column, as one caseExact text."""

    prefix: str
    column: ColumnElement

    def meets(self, scope, operator, value):
        if not isinstance(value, str):
            raise InvalidFilter("this attribute is compared with a text in quotes")
        if not is_storable(value):
            return false()
        if operator not in ("co", "ew"):  # compare the id, which has an index
            value = str(decided_by(scope, value))
            if value.startswith(self.prefix):
                return self._id.compare(scope, operator, value[len(self.prefix) :])
            return self.present(scope) if holds(operator, self.prefix, value) else false()
        return and_(self.present(scope), compare_text(scope, by_code_point(self.text), operator, value, exact))

    def present(self, _scope):
        return self.column.is_not(None)

    def sort_key(self, scope):
        return self._id.sort_key(scope)

    @property
    def text(self):
        return literal(self.prefix) + self.column

    @property
    def _id(self):
        return TextColumn(self.column, exact, is_identifier=True)


class NameKey(Struct, frozen=True):
    """A name kept as a key that is cut after ``MAXIMUM_NAME_KEY`` characters, so longer values cannot be compared with it.

    ``order`` is the column of ``name_order``. Its index narrows ``eq`` and ``sw`` first.
    """

    column: ColumnElement
    order: ColumnElement

    def compare(self, scope, operator, value):
        if isinstance(value, str) and len(fold(value)) >= MAXIMUM_NAME_KEY:
            raise InvalidFilter(f"a name is compared with less than {MAXIMUM_NAME_KEY} characters")
        found = TextColumn(self.column, fold).compare(scope, operator, value)
        if operator in ("eq", "sw") and isinstance(value, str) and is_storable(value):
            first = key_of(scope, value, _first_in_order, Text())
            last = key_of(scope, value, _last_of[operator], Text())
            found = and_(self.order >= first, self.order <= last, found)
        return and_(func.length(self.column) < MAXIMUM_NAME_KEY, found) if operator == "ew" else found

    def present(self, _scope):
        return self.column.is_not(None)


_BEHIND_ALL = chr(0x10FFFF) * (MAXIMUM_NAME_KEY + 1)


def _first_in_order(name):
    """A lower bound in the order of names: no name that equals or begins with this one sorts before it."""
    return name_order(name, MAXIMUM_NAME_KEY)


def _last_that_begins(name):
    """An upper bound: no name that begins with this one sorts after it."""
    return following(_first_in_order(name)) or _BEHIND_ALL  # a name may begin with marks, which leave no key


# The upper bounds; names that are equal have the same key.
_last_of = {"eq": _first_in_order, "sw": _last_that_begins}


class SchemaList(Place, Struct, frozen=True):
    """``schemas``. ``kinds`` are pairs of a URN and a function that makes, from a scope, the condition to list it."""

    kinds: tuple

    def meets(self, scope, operator, value):
        wanted = fold(decided_by(scope, value))
        return self._listing(scope, lambda urn: holds(operator, fold(urn), wanted))

    def present(self, _scope):
        return true()

    def matching(self, scope, tree, _condition):
        """Resources that list a URN which meets ``tree``."""
        return self._listing(scope, lambda urn: element_matches(tree, urn))

    def sort_key(self, _scope):
        return literal(self.kinds[0][0])

    def _listing(self, scope, is_meant):
        return or_(false(), *(listed(scope) for urn, listed in self.kinds if is_meant(urn)))


class ManagerAddress(Place, Struct, frozen=True):
    """``manager.$ref``: the address of a manager in this account, else the one that was sent."""

    here: object
    sent: object

    def meets(self, scope, operator, value):
        sent, here = aliased(IndexedValue), led_by(scope, true())
        is_here = here.where(IndexedValue.user_seq == sent.user_seq).correlate(sent).exists()
        elsewhere = select(sent.user_seq).where(self.sent.matches(scope, sent, operator, value), ~is_here)
        return User.seq.in_(union_all(*lists_of(User.seq, self.here.compare(scope, operator, value)), elsewhere))

    def present(self, scope):
        return or_(self.here.present(scope), self.sent.present(scope))

    def sort_key(self, scope):
        return func.coalesce(self.here.sort_key(scope), self.sent.sort_key(scope))


def led_by(scope, condition):
    """The people whose manager is in this account and meets a condition on ``_Manager``."""
    same_person = (_Manager.account_id == scope.account_id) & (by_code_point(_Manager.scim_id) == IndexedValue.text_key)
    return value_index.select_at(scope, MANAGER, IndexedValue.user_seq).join(_Manager, same_person).where(condition)


def manager_name():
    """``(rows, place)`` of a manager's name for ``Linked``, and its key to sort by."""
    key = _Manager.name_key
    return (led_by, NameKey(key, _Manager.order_key)), lambda scope: _of_the_manager(scope, key)


def manager_address(prefix):
    """The same of the address."""
    place = Address(prefix, _Manager.scim_id)
    return (led_by, place), lambda scope: by_code_point(_of_the_manager(scope, place.text))


def _of_the_manager(scope, column):
    """The value of a column of a person's manager, NULL without a manager."""
    own = led_by(scope, true()).with_only_columns(column).where(IndexedValue.user_seq == User.seq)
    return own.correlate(User).scalar_subquery()

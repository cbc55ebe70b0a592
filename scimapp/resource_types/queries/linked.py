"""Attributes in rows at the other end of a link: groups of a person, members of a group, a manager."""

from msgspec import Struct
from sqlalchemy import CompoundSelect, false, true, union_all
from sqlalchemy.sql.elements import ColumnElement, False_
from sqlalchemy.sql.operators import in_op

from ...directory.client_reads.reading import terms_of
from ...scim.errors import InvalidFilter
from .binding import AnyOf, TextColumn


class Linked(AnyOf, Struct, frozen=True):
    """An attribute of the resources at the other end of memberships, or of a manager.

    ``kinds`` are pairs: ``rows(scope, condition)``, which selects the row numbers of owners linked to resources that meet a
    condition, and the place of the attribute in these resources. ``order(scope)`` is the sort key if an owner has only one
    such resource; ``any_at_all(scope)`` is the condition that an owner has any, if there is a quicker way than listing them.
    """

    owner: ColumnElement
    kinds: tuple
    order: object = None
    any_at_all: object = None

    def any_of(self, scope, comparisons):
        found = ((rows, each) for rows, place in self.kinds for each in _conditions(scope, place, comparisons))
        return owners(scope, self.owner, found)

    def present(self, scope):
        if self.any_at_all is not None:
            return self.any_at_all(scope)
        return owners(scope, self.owner, ((rows, true()) for rows, _ in self.kinds))

    def sort_key(self, scope):
        if self.order is None:
            raise InvalidFilter("groups and members have no order to sort by")
        return self.order(scope)


def _conditions(scope, place, comparisons):
    """Conditions, as few as an index can answer, of which one holds if and only if one of ``comparisons`` does."""
    if isinstance(place, TextColumn):
        return [place.any_of(scope, comparisons)]
    return [place.compare(scope, *each) for each in comparisons]


def owners(scope, owner, kinds):
    """The condition that ``owner`` has a row at the other end which meets one of ``kinds``: pairs of ``rows``, as in Linked,
    and a condition. All kinds form one list that finds the rows; two lists joined by "or" would be tested for every row.
    """
    lists = [rows(scope, condition) for rows, condition in kinds if not isinstance(condition, False_)]
    return owner.in_(union_all(*lists) if len(lists) > 1 else lists[0]) if lists else false()


def lists_of(owner, condition):
    """The selects in a condition ``owner IN (…)``; () if nobody can meet it, None for any other kind of condition."""
    if isinstance(condition, False_):
        return ()
    if getattr(condition, "operator", None) is not in_op or not condition.left.compare(owner.expression):
        return None
    listed = condition.right.element
    return listed.selects if isinstance(listed, CompoundSelect) else (listed,)


def all_lists_of(owner, condition):
    """``lists_of`` for each term of a condition that joins only such lists by "and"; () for any other condition."""
    lists = [lists_of(owner, term) for term in terms_of(condition)]
    return tuple(lists) if all(lists) else ()

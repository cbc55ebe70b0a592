"""What stands in rows at the other end of a link: groups of a person, members of a group, a manager."""

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, false, true, union_all
from sqlalchemy.sql.elements import ColumnElement, False_
from sqlalchemy.sql.operators import and_, in_op

from ..scim.errors import InvalidFilter
from .binding import AnyOf, TextColumn


@dataclass(frozen=True, slots=True)
class Linked(AnyOf):
    """An attribute of the resources at the other end of memberships, or of the manager.

    ``kinds`` are pairs: ``rows(scope, condition)`` selects the row numbers of the owners of those who meet a condition, and
    the place of the attribute there. ``order`` maps a scope to the key to sort by, where one owner has one such resource;
    ``any_at_all`` maps it to the condition that there is any, where that is quicker to see than by who they are.
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
    """Conditions one of which holds where one of the ``comparisons`` does: as few as an index can answer."""
    if isinstance(place, TextColumn):
        return [place.any_of(scope, comparisons)]
    return [place.compare(scope, *each) for each in comparisons]


def owners(scope, owner, kinds):
    """The condition that ``owner`` has a row at the other end which meets one of ``kinds``: pairs of ``rows``, as in Linked, and
    a condition. All kinds are one list, by which rows are found; two lists joined by "or" would be tested for every row.
    """
    lists = [rows(scope, condition) for rows, condition in kinds if not isinstance(condition, False_)]
    return owner.in_(union_all(*lists) if len(lists) > 1 else lists[0]) if lists else false()


def lists_of(owner, condition):
    """The selects behind a condition ``owner IN (…)``: () for one that nobody meets, None for any other condition."""
    if isinstance(condition, False_):
        return ()
    if getattr(condition, "operator", None) is not in_op or not condition.left.compare(owner.expression):
        return None
    listed = condition.right.element
    return listed.selects if isinstance(listed, CompoundSelect) else (listed,)


def all_lists_of(owner, condition):
    """``lists_of`` each term of a condition that joins nothing but such lists by "and"; () for any other condition."""
    terms = condition.clauses if getattr(condition, "operator", None) is and_ else (condition,)
    lists = [lists_of(owner, term) for term in terms]
    return tuple(lists) if all(lists) else ()

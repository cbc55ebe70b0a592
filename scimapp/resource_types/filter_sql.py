"""A filter tree as an SQL condition (RFC 7644 §3.4.2.2).

The same meaning as ``scim.filter.evaluate``, which tests hold it to. What has no place in the tables is refused with the
attribute's name; it is never skipped and never taken for "all".
"""

from itertools import chain

from sqlalchemy import and_, not_, or_, union_all

from ..scim.errors import InvalidFilter
from ..scim.filter.ast import And, Comparison, Not, Or, Present, ValuePath
from .asking import given
from .binding import OwnText, TextColumn, lists_of


def condition(tree, scope, places):
    """The condition for ``tree``; ``places`` finds the Place of an attribute path. Raises InvalidFilter, Sensitive."""
    match tree:
        case And(terms):
            return and_(*(condition(term, scope, places) for term in terms))
        case Or(terms):
            return either(scope, terms, [condition(term, scope, places) for term in terms], places)
        case Not(term):
            return not_(condition(term, scope, places))
        case Present(path):
            return places.at(path, whole=True).present(scope)
        case Comparison(path, operator):
            return places.at(path).compare(scope, operator, given(tree))
        case ValuePath(path, inner):
            return places.elements(path).matching(scope, inner, condition)
    raise InvalidFilter(f"cannot filter by {tree!r}")


def either(scope, terms, conditions, places):
    """That one of the conditions holds, which ``terms`` mean. Where each of them leads to few rows these are put in one list:
    conditions with "or" between are asked of every row.
    """
    lists = [_lists(scope, *both, places) for both in zip(terms, conditions, strict=True)]
    if None in lists or not any(lists):
        return or_(*conditions)
    return places.owner.in_(union_all(*chain.from_iterable(lists)))


def _lists(scope, term, condition, places):
    """Selects of the numbers of the rows that meet a condition, None where there is neither a list nor an index of them."""
    if places.owner is None:
        return None
    lists = lists_of(places.owner, condition)
    if lists is not None or not (isinstance(term, Comparison) and term.operator in ("eq", "sw") and term.value):
        return lists
    if not isinstance(places.at(term.path), TextColumn | OwnText):
        return None
    return (scope.select(places.owner.class_, places.owner).where(places.shown, condition).correlate(None),)

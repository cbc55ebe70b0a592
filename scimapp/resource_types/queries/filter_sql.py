"""A filter tree as an SQL condition (RFC 7644 §3.4.2.2).

Tests check that it means the same as ``scim.filter.evaluate``. An attribute without a place in the tables is refused by
name; it is never skipped and never taken for "all".
"""

from itertools import chain

from sqlalchemy import and_, not_, or_, union_all

from ...scim.errors import InvalidFilter
from ...scim.filter.ast import And, Comparison, Not, Or, Present, ValuePath
from .asking import given
from .binding import AnyOf, OwnText, TextColumn
from .linked import lists_of

_WAYS = {"eq": "sought", "co": "walked", "ew": "walked"}  # how one list finds rows by several values of a path


def condition(tree, scope, places):
    """The condition for ``tree``; ``places`` finds the Place of an attribute path. Raises InvalidFilter, Sensitive."""
    match tree:
        case And(terms):
            return and_(*(condition(term, scope, places) for term in terms))
        case Or(terms):
            return either(scope, terms, places)
        case Not(term):
            return not_(condition(term, scope, places))
        case Present(path):
            return places.at(path, whole=True).present(scope)
        case Comparison(path, operator):
            return places.at(path).compare(scope, operator, given(tree))
        case ValuePath(path, inner):
            return places.elements(path).matching(scope, inner, condition)
    raise InvalidFilter(f"cannot filter by {tree!r}")


def either(scope, terms, places):
    """The condition that one of the terms holds. If each yields a list of rows, the lists become one: conditions joined by
    "or" would be tested for every row.
    """
    together = _alike(terms, places)
    conditions = [_any_of(scope, alike, places) for alike in together]
    lists = [_lists(scope, *both, places) for both in zip(together, conditions, strict=True)]
    if None in lists or not any(lists):
        return or_(*conditions)
    return places.owner.in_(union_all(*chain.from_iterable(lists)))


def _alike(terms, places):
    """Group the terms that one list of rows can answer: a path equals one of several values, which one index looks up, or
    contains or ends in one of them, which examines all values anyway. A list per term would multiply the cost.
    """
    found = {}
    for number, term in enumerate(terms):
        way = _WAYS.get(term.operator) if isinstance(term, Comparison) and term.value is not None else None
        if way and isinstance(places.at(term.path), AnyOf):
            found.setdefault((str(term.path), way), []).append(term)
        else:
            found[number] = [term]
    return list(found.values())


def _any_of(scope, alike, places):
    """The condition for terms of ``_alike``."""
    if len(alike) == 1:
        return condition(alike[0], scope, places)
    return places.at(alike[0].path).any_of(scope, [(term.operator, given(term)) for term in alike])


def _lists(scope, alike, condition, places):
    """Selects of the numbers of the rows that meet a condition, None if neither a list nor an index yields them."""
    if places.owner is None:
        return None
    lists = lists_of(places.owner, condition)
    is_sought = all(isinstance(term, Comparison) and term.operator in ("eq", "sw") and term.value for term in alike)
    if lists is not None or not is_sought:
        return lists
    if not isinstance(places.at(alike[0].path), TextColumn | OwnText):
        return None
    return (scope.select(places.owner.class_, places.owner).where(places.shown, condition).correlate(None),)

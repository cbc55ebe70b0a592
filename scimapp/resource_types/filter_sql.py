"""A filter tree as an SQL condition (RFC 7644 §3.4.2.2).

The same meaning as ``scim.filter.evaluate``, which tests hold it to. What has no place in the tables is refused with the
attribute's name; it is never skipped and never taken for "all".
"""

from sqlalchemy import and_, not_, or_

from ..scim.errors import InvalidFilter
from ..scim.filter.ast import And, Comparison, Not, Or, Present, ValuePath
from .asking import given


def condition(tree, scope, places):
    """The condition for ``tree``; ``places`` finds the Place of an attribute path. Raises InvalidFilter, Sensitive."""
    match tree:
        case And(terms):
            return and_(*(condition(term, scope, places) for term in terms))
        case Or(terms):
            return or_(*(condition(term, scope, places) for term in terms))
        case Not(term):
            return not_(condition(term, scope, places))
        case Present(path):
            return places.at(path, whole=True).present(scope)
        case Comparison(path, operator):
            return places.at(path).compare(scope, operator, given(tree))
        case ValuePath(path, inner):
            return places.elements(path).matching(scope, inner, condition)
    raise InvalidFilter(f"cannot filter by {tree!r}")

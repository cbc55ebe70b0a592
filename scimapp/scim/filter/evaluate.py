"""Evaluates a filter over one representation, in memory. Tests compare the translation to SQL with it.

Null-safe: an attribute without a value is ``ne`` every value, ``not`` inverts that, and ``eq null`` is true.
"""

from ..values import comparison_key
from .ast import OF_TEXTS, And, Comparison, Not, Or, Present, ValuePath


def matches(tree, representation):
    """Whether a representation (a dict with canonical names) meets a filter tree."""
    return _meets(tree, lambda path: _values(path, representation))


def element_matches(tree, element):
    """Whether one element of a multi-valued attribute meets the filter of a value path."""
    return _meets(tree, lambda path: _of_element(path, element))


def _meets(tree, values_of):
    match tree:
        case And(terms):
            return all(_meets(term, values_of) for term in terms)
        case Or(terms):
            return any(_meets(term, values_of) for term in terms)
        case Not(term):
            return not _meets(term, values_of)
        case Present(path):
            return any(_has_content(value) for value in values_of(path))
        case Comparison(path, operator, value):
            return _compares(path.target, operator, value, values_of(path))
        case ValuePath(path, inner):
            return any(element_matches(inner, element) for element in values_of(path))
    raise TypeError(f"not a filter: {tree!r}")


def _values(path, representation):
    """All values at a path: none, one, or one for each element."""
    holder = representation.get(path.container) or {} if path.container else representation
    if path.attribute is None:
        return [holder] if holder else []
    value = holder.get(path.attribute.name)
    if value is None:
        return []
    elements = value if isinstance(value, list) else [value]
    if path.sub is None:
        return elements
    return [element[path.sub.name] for element in elements if element.get(path.sub.name) is not None]


def _of_element(path, element):
    if path.is_foreign:
        return []
    value = element.get(path.sub.name) if path.sub else element
    return [] if value is None else [value]


def _has_content(value):
    """Whether there is more than empty texts (RFC 7644 §3.4.2.2, ``pr``)."""
    if isinstance(value, dict | list):
        return any(map(_has_content, value.values() if isinstance(value, dict) else value))
    return value not in ("", None)


def _compares(attribute, operator, wanted, values):
    if wanted is None:
        present = any(_has_content(value) for value in values)
        return present if operator == "ne" else not present
    if operator == "ne":
        return not _compares(attribute, "eq", wanted, values)
    key = comparison_key(attribute, wanted)
    return any(holds(operator, comparison_key(attribute, value), key) for value in values)


def holds(operator, one, other):
    """Whether ``one operator other`` is true of two keys of values; ``operator`` is none but ``ne``."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if operator == "eq":
        return one == other
    if isinstance(one, str) and operator in OF_TEXTS:
        return {"co": other in one, "sw": one.startswith(other), "ew": one.endswith(other)}[operator]
    if type(one) is not type(other) and not (_is_number(one) and _is_number(other)):
        return False
    return {"gt": one > other, "ge": one >= other, "lt": one < other, "le": one <= other}[operator]


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)

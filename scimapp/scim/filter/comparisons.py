"""Comparisons as a filter means them: the operators that each type of attribute takes, and what short forms stand for
(RFC 7644 §3.4.2.2).
"""

from ...moments import parse_moment
from ..errors import InvalidFilter
from ..path import AttributePath
from .ast import OF_TEXTS, ORDERING, Comparison, Not, ValuePath


def compare(path, operator, value, where, number=None):
    """A Comparison whose value fits the attribute. Raises InvalidFilter."""
    if path.is_foreign:
        return Comparison(path, operator, value, number)
    path = _with_default_sub(path, where)
    kind = path.target.type
    if value is None:
        if operator not in ("eq", "ne"):
            raise InvalidFilter(f"null {where} is compared by eq or ne")
    elif kind == "boolean":
        value = _boolean(path, value, operator, where)
    elif kind in ("integer", "decimal"):
        if isinstance(value, bool | str) or operator in OF_TEXTS:
            raise InvalidFilter(f"{path} {where} is a number: compare it with a number by eq, ne, gt, ge, lt or le")
    elif not isinstance(value, str):
        raise InvalidFilter(f"{path} {where} is compared with a text in double quotes")
    elif kind == "binary" and operator in ORDERING:
        raise InvalidFilter(f"{path} {where} is binary and has no order (RFC 7644 §3.4.2.2)")
    elif kind == "dateTime":
        _check_datetime(path, operator, value, where)
    return Comparison(path, operator, value, number)


def with_assumed_primary(judged, of_element):
    """Make ``primary eq false`` true for elements without ``primary``, which are not primary either (RFC 7643 §2.4)."""
    path, operator = judged.path, judged.operator
    if judged.value is not False or path.sub is None or path.sub.name != "primary":
        return judged
    is_primary = Comparison(path, "eq", True)
    if of_element:
        return Not(is_primary) if operator == "eq" else is_primary
    some = ValuePath(AttributePath(path.container, path.attribute), Not(is_primary))
    return some if operator == "eq" else Not(some)


def _with_default_sub(path, where):
    """``emails co "x"`` means ``emails.value`` (RFC 7644 §3.4.2.2), Entra's ``manager eq "42"`` ``manager.value``.

    Other complex attributes need a sub-attribute.
    """
    if path.attribute is None:
        raise InvalidFilter(f"{path} {where} is a whole extension: name one of its attributes, or use pr")
    if not path.target.is_complex:
        return path
    value = path.attribute.find("value")
    if value is None:
        parts = ", ".join(sub.name for sub in path.attribute.sub_attributes)
        raise InvalidFilter(f"{path} {where} has parts: name one of {parts}")
    return AttributePath(path.container, path.attribute, value)


def _boolean(path, value, operator, where):
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"  # Entra: roles[primary eq "True"]
    if not isinstance(value, bool) or operator not in ("eq", "ne"):
        raise InvalidFilter(f"{path} {where} is a boolean: compare it with true or false by eq or ne")
    return value


def _check_datetime(path, operator, value, where):
    if operator in OF_TEXTS:
        raise InvalidFilter(f"{path} {where} is a date and time: compare it by eq, ne, gt, ge, lt or le")
    try:
        parse_moment(value)
    except ValueError as error:
        raise InvalidFilter(
            f"{path} {where} needs a date and time with its zone, such as 2026-11-23T09:30:00Z"
        ) from error

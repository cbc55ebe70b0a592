"""Compares texts by folded keys, with the same result on both databases, and with an index wherever one can help."""

from sqlalchemy import Integer, Text, and_

from ...directory.sql.functions import text_end, text_position
from ...directory.sql.texts import following
from .asking import key_of

_ORDER = {
    "gt": lambda column, key: column > key,
    "ge": lambda column, key: column >= key,
    "lt": lambda column, key: column < key,
    "le": lambda column, key: column <= key,
}


def ordered(column, operator, key):
    """``column operator key`` for gt, ge, lt and le."""
    return _ORDER[operator](column, key)


def compare_text(scope, column, operator, value, fold):
    """``column operator fold(value)``; NULL where the column is NULL. ``value`` must be one that the databases can store."""
    key, length = fold(value), lambda text: len(fold(text))
    parameter = key_of(scope, value, fold, Text())
    if operator in ("eq", "ne"):
        return column == parameter if operator == "eq" else column != parameter
    if operator in _ORDER:
        return ordered(column, operator, parameter)
    if not key:  # every text begins with, ends in and contains the empty one
        return column.is_not(None)
    if operator == "co":
        return text_position(column, parameter) > 0
    if operator == "sw":  # a range, so that an index answers it
        end = key_of(scope, value, lambda text: following(fold(text)), Text()) if following(key) else None
        return column >= parameter if end is None else and_(column >= parameter, column < end)
    size = key_of(scope, value, length, Integer())
    return text_end(column, size) == parameter  # the "end" of a shorter text is all of it, which cannot match

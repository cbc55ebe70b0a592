"""Conditions on texts that mean the same on SQLite and Postgres, with ``%`` and ``_`` as ordinary characters.

Keys compare byte by byte (SQLite's BINARY, Postgres' collation "C"), which is the order of code points.
"""

from sqlalchemy import and_

from .functions import text_position

_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def escaped(words):
    """``words`` for a LIKE pattern with ``\\`` as its escape: ``%`` and ``_`` stand for themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def has_words(column, words):
    """The condition that ``column``, a folded text, contains folded ``words``: for others, SQLite's LIKE ignores case."""
    return column.like(f"%{escaped(words)}%", escape="\\")


def contains(column, key):
    """The condition that ``column`` contains ``key``; with an empty key, that it has a value."""
    return text_position(column, key) > 0 if key else column.is_not(None)


def starts_with(column, key):
    """The condition that ``column`` starts with ``key``, as a range, which an index can answer."""
    if not key:
        return column.is_not(None)
    end = following(key)
    return and_(column >= key, column < end) if end else column >= key


def following(key):
    """The smallest text greater than every text that starts with ``key``, None if there is none."""
    for place in range(len(key) - 1, -1, -1):
        code = ord(key[place]) + 1
        if code in _SURROGATES:
            code = _SURROGATES.stop
        if code <= _LAST:
            return key[:place] + chr(code)
    return None

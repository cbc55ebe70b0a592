"""sortBy and sortOrder as ORDER BY (RFC 7644 §3.4.2.3), with the same order on both databases.

People without a value come last in ascending and first in descending order; equal values stay in the order of creation.
"""

from datetime import datetime

from sqlalchemy import and_, false, literal, or_, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from ...scim.cursor import Position
from ...scim.errors import InvalidFilter, InvalidPath
from .indexed import Indexed


def order(path, descending, scope, places):
    """The ORDER BY terms for ``path``; none if it is None. Raises InvalidPath, Sensitive."""
    if path is None:
        return ()
    return order_by(sort_key(path, scope, places), descending)


def order_by(key, descending):
    """The ORDER BY terms for a key."""
    if isinstance(key, InstrumentedAttribute) and not key.property.columns[0].nullable:
        return (key.desc() if descending else key,)  # no further term, so that an index gives the order
    is_missing = key.is_(None)
    return (is_missing.desc(), key.desc()) if descending else (is_missing, key)


def sort_key(path, scope, places):
    """The expression that ``sortBy`` orders by. Raises InvalidPath, Sensitive."""
    try:
        return places.at(path).sort_key(scope)
    except InvalidFilter as error:
        raise InvalidPath(f"sortBy: {error.detail}") from error


def sort_values(path, scope, places):
    """The keys of ``sort_key`` as rows of ``seq`` and ``key`` if the value index holds them, else None."""
    place = None if path is None else places.at(path)
    return place.sort_values(scope) if isinstance(place, Indexed) else None


def position(seq, value, rank=0):
    """The Position of a resource whose sort key has this value."""
    return Position(seq, {"moment": value.isoformat()} if isinstance(value, datetime) else value, rank)


def after(place, path, descending, scope, places, rank=0, key=None):
    """The condition that a row comes after a Position in the order of ``order``; ``rank`` is the rank of the resource type,
    ``key`` the key to order by if it is not ``sort_key``.

    The Position may hold parameters instead of values.
    """
    later = places.owner > place.seq if rank == place.rank else true() if rank > place.rank else false()
    if path is None and place.key is not None:  # a type without this attribute, in a list of several types
        return false() if descending else true()
    if path is None:
        return later
    key = sort_key(path, scope, places) if key is None else key
    is_missing = key.is_(None)
    if place.key is None:
        rest = and_(is_missing, later)
        return or_(rest, key.is_not(None)) if descending else rest
    value = place.key if isinstance(place.key, ColumnElement) else literal(key_value(place.key), key.type)
    further = or_(key < value if descending else key > value, and_(key == value, later))
    return further if descending else or_(further, is_missing)


def key_value(key):
    """The sort key of a Position, as the database compares it."""
    return datetime.fromisoformat(key["moment"]) if isinstance(key, dict) else key

"""The zone that times are written in: the reader's, from the attribute ``timezone``, else the account's.

A text names the zone of every time (docs/decisions/0110, 0115). Mails use the recipient's zone.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC

from flask import g, has_request_context
from flask_login import current_user

from .zones import zone_of

_given = ContextVar("scimapp_zone", default=None)


@contextmanager
def in_zone(name):
    """Write times in the zone of this name inside the block; in UTC if the name is unknown."""
    token = _given.set(zone_of(name) or UTC)
    try:
        yield
    finally:
        _given.reset(token)


def zone():
    """The zone in use."""
    given = _given.get()
    if given is not None:
        return given
    if not has_request_context():
        return UTC
    known = g.get("zone")  # a page asks hundreds of times
    if known is None:
        name = current_user.zone if current_user and current_user.is_authenticated else None
        known = g.zone = zone_of(name) or UTC
    return known


def is_utc():
    """Whether times are written in UTC."""
    return zone() is UTC


def zone_name():
    """What the zone in use is called: "UTC", "Europe/Berlin"."""
    return "UTC" if is_utc() else zone().key


def local(moment, there=None):
    """A moment in the zone in use, or in the zone ``there``; in UTC for the last hours of the calendar, which stand for
    contracts without an end.
    """
    try:
        return moment.astimezone(there or zone())
    except OverflowError:
        return moment.astimezone(UTC)


def time_of(moment, form="%H:%M"):
    """The time of day with its zone: "14:05 CET", "13:05 UTC", "10:05 UTC-03:00"."""
    return written(local(moment), form)


def written(there, form="%H:%M"):
    """As ``time_of`` for a moment that is ``local`` already."""
    return f"{there:{form}} {_short_name(there)}"


def _short_name(there):
    """Half of all zones have no letters of their own, and call themselves by their distance from UTC."""
    name = there.tzname()
    if name[:1] not in "+-":
        return name
    distance = f"{there:%z}"
    return f"UTC{distance[:3]}:{distance[3:5]}"

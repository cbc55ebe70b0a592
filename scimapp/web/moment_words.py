"""Words for moments on pages, in the language and the zone in use.

What was told is remembered: lists tell few distances, and the same moments whenever they are looked at.
"""

from datetime import UTC
from functools import lru_cache

from flask_babel import gettext, ngettext

from ..directory import clock
from ..languages import day, language
from ..local_time import is_utc, local, time_of, written, zone

_DAY = 86_400
_UNITS = ((_DAY, "day"), (3600, "hour"), (60, "min"))


def ago(moment):
    """ "2 min ago" up to 7 days, then "4 Sep 2026"."""
    seconds = (clock.now() - moment).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return gettext("just now")
    if distance >= 7 * _DAY:
        return day(moment)
    size, unit = next(pair for pair in _UNITS if pair[0] <= distance)
    return _distance(int(distance // size), unit, seconds > 0, language())


@lru_cache(maxsize=1_024)
def _distance(number, unit, is_past, _code):
    """``_code`` is the language in use."""
    if unit == "min":
        span = gettext("%(num)s min", num=number)
    elif unit == "hour":
        span = ngettext("%(num)s hour", "%(num)s hours", number)
    else:
        span = ngettext("%(num)s day", "%(num)s days", number)
    return gettext("%(span)s ago", span=span) if is_past else gettext("in %(span)s", span=span)


def exact(moment, there=None):
    """ "23 Nov 2026, 09:41 UTC", or "23 Nov 2026, 10:41 CET" for a person in that zone; ``there`` is a zone to write in."""
    return _told(moment, there or zone(), "%H:%M", language())


def to_the_second(moment, there=None):
    """ "23 Nov 2026, 09:41:12 UTC"."""
    return _told(moment, there or zone(), "%H:%M:%S", language())


@lru_cache(maxsize=4_096)
def _told(moment, there, form, _code):
    """``_code`` is the language in use."""
    moment = local(moment, there)
    return f"{day(moment.date())}, {written(moment, form)}"


def in_utc(moment, words=exact):
    """As ``exact``, or as ``to_the_second``, but always in UTC."""
    return words(moment, UTC)


def as_title(moment, words=exact):
    """As ``exact``, or as ``to_the_second``, followed by the moment in UTC if the zone in use is another."""
    return words(moment) if is_utc() else f"{words(moment)} · {in_utc(moment, words)}"


def second(moment):
    """ "09:41:12 UTC"."""
    return time_of(moment, "%H:%M:%S")


def logged(moment, words=to_the_second):
    """As ``words``, without the UTC that ``time_heading`` says for all. Other zones stay: an hour can come twice."""
    return words(moment).removesuffix(" UTC") if is_utc() else words(moment)


def time_heading():
    """The head of a column of ``logged`` moments."""
    return gettext("Time (UTC)") if is_utc() else gettext("Time")

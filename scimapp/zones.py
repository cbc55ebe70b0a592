"""Time zones by IANA name: which are known, which are offered, and when a day begins in one.

The names come from the system's database of zones; where there is none, only UTC is known.
"""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_NO_ZONES = frozenset(("localtime", "Factory"))  # that stand in the database
_UTC = frozenset(("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"))


def zone_of(name):
    """The zone of a name in any letter case; None for an unknown name, which identity providers send too."""
    known = _names().get(name.strip().casefold()) if name else None
    if known is None:
        return None
    return UTC if known in _UTC else ZoneInfo(known)


@lru_cache(1)
def offered():
    """The names to choose from beside UTC, in order: those that a place of our day has, without older names of the same."""
    tables = (Path(folder, "zone.tab") for folder in TZPATH)
    table = next((path for path in tables if path.is_file()), None)
    names = _names().values()
    if table is not None:
        lines = (line for line in table.read_text("utf-8").splitlines() if line and not line.startswith("#"))
        names = {line.split("\t")[2] for line in lines}.intersection(names)
    return tuple(sorted(name for name in names if name.partition("/")[0] in _AREAS))


def midnight(day, zone):
    """The UTC moment when a date begins in a zone: the first of two midnights, or the date's first moment if it has none."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


@lru_cache(1)
def _names():
    return {name.casefold(): name for name in sorted(available_timezones() - _NO_ZONES)}

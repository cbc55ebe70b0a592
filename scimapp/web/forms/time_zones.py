"""The time zones to choose from: by continent, called after a city in the language in use, with their distance from UTC now."""

from datetime import UTC
from functools import lru_cache

from babel.dates import get_timezone_location
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from ...directory import clock
from ...languages import language
from ...zones import offered, zone_of

_AREAS = {
    "africa": _l("Africa"),
    "america": _l("America"),
    "antarctica": _l("Antarctica"),
    "arctic": _l("Arctic Ocean"),
    "asia": _l("Asia"),
    "atlantic": _l("Atlantic Ocean"),
    "australia": _l("Australia"),
    "europe": _l("Europe"),
    "indian": _l("Indian Ocean"),
    "pacific": _l("Pacific Ocean"),
}


class GroupedSelect(SelectField):
    """A dropdown of SelectChoices whose ``optgroup`` is "" or a name; ``macros/form.html`` writes it."""


def shown_zone(name):
    """What the input shows of a stored ``name``: the zone as it is spelled, "" for UTC, and what names no zone as it stands."""
    zone = zone_of(name)
    if zone is None:
        return name or ""
    return "" if zone is UTC else zone.key


def zone_words(name):
    """A stored name as people read it."""
    zone = zone_of(name)
    if zone is None and name:
        return _("%(name)s (unknown here: times are in UTC)", name=name)
    return "UTC" if zone in (None, UTC) else f"{zone.key} ({_distance(zone)})"


def zone_choices(name):
    """The SelectChoices, UTC first; with the stored ``name`` where it is none of them."""
    present, listed = shown_zone(name), offered()
    first = [SelectChoice("", "UTC", optgroup="")]
    if present and present not in listed:
        first.append(SelectChoice(present, zone_words(name), optgroup=""))
    return [*first, *_choices(language(), clock.now().replace(minute=0, second=0, microsecond=0))]


@lru_cache(4)
def _choices(code, _hour):
    """Worked out once an hour and language: four hundred names take a while, and clocks change."""
    zones = ((str(_AREAS[name.partition("/")[0].lower()]), _city(name, code), name) for name in offered())
    return [
        SelectChoice(name, f"{city} ({_distance(zone_of(name))})", optgroup=area)
        for area, city, name in sorted(zones, key=lambda zone: (zone[0], zone[1].casefold()))
    ]


def _city(name, code):
    return get_timezone_location(zone_of(name), locale=code, return_city=True)


def _distance(zone):
    """ "UTC+01:00"."""
    distance = f"{clock.now().astimezone(zone):%z}"
    return f"UTC{distance[:3]}:{distance[3:5]}"

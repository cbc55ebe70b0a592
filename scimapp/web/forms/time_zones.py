"""The time zones to choose from: by continent, as a city in the language in use, with their distance from UTC now."""

from datetime import UTC
from functools import lru_cache

from babel.dates import get_timezone_location
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
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

_UTC = "UTC"


class GroupedSelect(SelectField):
    """A dropdown of SelectChoices whose ``optgroup`` is "" or a name; ``macros/form.html`` renders it."""


def shown_zone(name):
    """What the input shows for a stored ``name``: the zone in its own spelling, "" for none, an unknown zone unchanged."""
    zone = zone_of(name)
    if zone is None:
        return name or ""
    return _UTC if zone is UTC else zone.key


def zone_words(name):
    """A stored name in words; without one, the account's zone."""
    zone = zone_of(name)
    if zone is None and name:
        of_account = zone_of(current_user.account_zone)
        used = _UTC if of_account in (None, UTC) else of_account.key
        return _("%(name)s (unknown here: times are in %(zone)s)", name=name, zone=used)
    if zone is None:
        return _("As the account: %(zone)s", zone=_named(zone_of(current_user.account_zone)))
    return _named(zone)


def zone_choices(name):
    """The SelectChoices of a person: the account's zone and UTC first, and the stored ``name`` if it is none of them."""
    first = [SelectChoice("", zone_words(None), optgroup=""), *_unlisted(name)]
    return [*first, *account_zone_choices()]


def account_zone_choices(name=None):
    """The SelectChoices of an account: UTC first, with the stored ``name`` if it is not among them."""
    first = [SelectChoice(_UTC, _UTC, optgroup=""), *_unlisted(name)]
    return [*first, *_choices(language(), clock.now().replace(minute=0, second=0, microsecond=0))]


def _unlisted(name):
    present = shown_zone(name)
    is_listed = present in ("", _UTC) or present in offered()
    return [] if is_listed else [SelectChoice(present, zone_words(name), optgroup="")]


def _named(zone):
    return _UTC if zone in (None, UTC) else f"{zone.key} ({_distance(zone)})"


@lru_cache(4)
def _choices(code, _hour):
    """Cached by hour and language: four hundred names take a while, and clocks change."""
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

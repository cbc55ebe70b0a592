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
from .conflict import shown_in

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


def zone_choices(name, form):
    """The SelectChoices of a person: the account's zone and UTC first, and what is ``_unlisted``."""
    return [SelectChoice("", zone_words(None), optgroup=""), *_unlisted(name, form), *_listed()]


def account_zone_choices(name, form):
    """The SelectChoices of an account: UTC first, and what is ``_unlisted``."""
    utc, *others = _listed()
    return [utc, *_unlisted(name, form), *others]


def _listed():
    zones = _choices(language(), clock.now().replace(minute=0, second=0, microsecond=0))
    return [SelectChoice(_UTC, _UTC, optgroup=""), *zones]


def _unlisted(name, form):
    """The stored ``name`` if it is none of the choices, and what the form showed if that was none. Somebody else may have
    chosen another zone since: a form left at the old one is no wrong choice.
    """
    names = [text for text in (name, shown_in(form).get("time_zone")) if isinstance(text, str)]
    present = {shown_zone(text): text for text in reversed(names)}
    listed = {"", _UTC, *offered()}
    return [SelectChoice(one, zone_words(text), optgroup="") for one, text in present.items() if one not in listed]


def _named(zone):
    return _UTC if zone in (None, UTC) else f"{zone.key} ({_distance(zone)})"


@lru_cache(4)
def _choices(code, _hour):
    """Cached by hour and language: four hundred zones take a while to look up, and clocks change."""
    return [
        SelectChoice(name, f"{city} ({_distance(zone_of(name))})", optgroup=area) for area, city, name in _places(code)
    ]


@lru_cache(4)
def _places(code):
    """Area, city and name of each zone in the order of the list, which changes with the language alone."""
    zones = ((str(_AREAS[name.partition("/")[0].lower()]), _city(name, code), name) for name in offered())
    return sorted(zones, key=lambda zone: (zone[0], zone[1].casefold()))


def _city(name, code):
    return get_timezone_location(zone_of(name), locale=code, return_city=True)


def _distance(zone):
    """ "UTC+01:00"."""
    distance = f"{clock.now().astimezone(zone):%z}"
    return f"UTC{distance[:3]}:{distance[3:5]}"

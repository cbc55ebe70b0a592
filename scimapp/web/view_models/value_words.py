"""Attributes and their values in words: labels in place of SCIM names, one line in place of JSON."""

from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from ...directory.fields import field_types
from ...languages import day, spoken
from ..moment_words import exact, to_the_second

LABELS = {
    "userName": _l("User name"),
    "name": _l("Name"),
    "displayName": _l("Display name"),
    "nickName": _l("Nickname"),
    "title": _l("Title"),
    "name.formatted": _l("Name as sent"),
    "name.middleName": _l("Middle name"),
    "name.honorificPrefix": _l("Prefix"),
    "name.honorificSuffix": _l("Suffix"),
    "profileUrl": _l("Profile page"),
    "emails": _l("E-mail addresses"),
    "addresses": _l("Addresses"),
    "phoneNumbers": _l("Phone numbers"),
    "ims": _l("Instant messages"),
    "photos": _l("Photos"),
    "userType": _l("User type"),
    "preferredLanguage": _l("Language"),
    "locale": _l("Locale"),
    "timezone": _l("Time zone"),
    "entitlements": _l("Entitlements"),
    "roles": _l("Roles in the directory"),
    "x509Certificates": _l("Certificates"),
    "employeeNumber": _l("Employee number"),
    "department": _l("Department"),
    "costCenter": _l("Cost center"),
    "organization": _l("Organization"),
    "division": _l("Division"),
    "manager": _l("Manager"),
    "externalId": _l("External ID"),
    "role": _l("Role"),
    "connection": _l("Directory"),
    "id": _l("SCIM ID"),
    "added": _l("Added"),
    "removed": _l("Removed"),
    "groups added": _l("Groups added"),
    "groups removed": _l("Groups removed"),
    "skipped": _l("Skipped IDs"),
    "done": _l("Done"),
    "left out": _l("Skipped"),
    "owner": _l("Account Owner"),
    "language": _l("Language"),
    "theme": _l("Appearance"),
    "time_zone": _l("Default time zone"),
    "invitation_days": _l("Days an invitation works"),
    "remind_invited": _l("Remind people of an open invitation"),
    "reply_to": _l("Reply-to address"),
    "two_step": _l("Two-step sign-in of administrators"),
    "session_hours": _l("Session length"),
    "seat_limit": _l("Seat limit"),
    "over_seats": _l("Over the limit"),
    "log_days": _l("Days calls are kept"),
    "log_body_days": _l("Days bodies are kept"),
}
_ADDRESS = ("streetAddress", "locality", "region", "postalCode", "country")
_LONGEST = 120  # characters shown of one value; certificates and pictures are much longer


def label_of(name, own=()):
    """The label of an attribute; ``own`` maps Field IDs to labels of custom fields. Unknown names stay unchanged."""
    bare = name.removeprefix("enterprise.").removesuffix(".value")
    return dict(own).get(name.removeprefix("custom.")) or LABELS.get(bare) or name.rpartition(".")[2]


def texts_of(value):
    """The non-empty parts of a value, one text each."""
    items = value if isinstance(value, list) else [value]
    return [shortened(text) for item in items if (text := _text(item))]


def text_of(value):
    """A value on one line; "Empty" for nothing."""
    return ", ".join(texts_of(value)) or gettext("Empty")


def manager_words(profile, manager):
    """A manager in words: the name of ``manager``, the person; if that is None, what the directory sent."""
    if manager is not None:
        return manager.display_name
    sent = profile.enterprise.get("manager")
    return str(sent.get("displayName") or sent.get("value") or "") if isinstance(sent, dict) else ""


def custom_text(field, value):
    """The value of a custom field in words; days and moments are written as everywhere on the screens."""
    read = _WRITTEN.get(field.type)
    if read and value:
        try:
            return read(value)
        except (ValueError, TypeError):  # stored before the field became a date
            return str(value)
    return spoken(field_types.display(field, value))


def moment_in(text):
    """The moment in a stored text. Raises ValueError for one without a zone, stored before the field had moments."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def _moment_words(text):
    moment = moment_in(text)
    return to_the_second(moment) if moment.second else exact(moment)


_WRITTEN = {"date": lambda text: day(date.fromisoformat(text)), "datetime": _moment_words}


def _text(item):
    if item is None:
        return ""
    if isinstance(item, bool):
        return gettext("Yes") if item else gettext("No")
    if not isinstance(item, dict):
        return str(item)
    if "people" in item:
        return _people(item)
    names = " ".join(str(item[part]) for part in ("givenName", "familyName") if item.get(part))
    place = ", ".join(str(item[part]) for part in _ADDRESS if item.get(part))
    known = item.get("formatted") or place or item.get("displayName") or item.get("display") or item.get("value")
    text = known or names or ""
    kind = f" ({item['type']})" if item.get("type") and text else ""
    return " ".join(str(text).split()) + kind


def _people(item):
    shown, more = item["people"], item.get("count", 0) - len(item["people"])
    text = ", ".join(shown)
    return gettext("%(names)s and %(num)s more", names=text, num=more) if more > 0 else text


def shortened(text, longest=_LONGEST):
    """A text shortened to fit a sentence; directories may send names of thousands of characters."""
    return text if len(text) <= longest else f"{text[:longest]}…"

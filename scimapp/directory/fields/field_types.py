"""The types of custom fields: what each accepts, how it is stored, and what Okta calls it.

One function, ``accept``, decides for every front. Stored values are JSON values: text, numbers, true/false, lists.
"""

import json
import re
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct

from ...decimals import EXACT, InexactNumber, NumberTooLarge, parse_decimal
from ...moments import parse_moment
from ...texts import fold
from ..errors import InvalidValue
from ..people.profile import is_address
from ..text_keys import fold_option
from ..words import quoted, say

MAXIMUM_TEXT = 4_000  # characters
MAXIMUM_LINE = 500
MAXIMUM_VALUES = 100  # elements of a multi-valued field
LONGEST_NAMED = 100  # characters of a refused value that the message repeats
_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"[T ]\d\d:\d\d(:\d\d(\.\d{1,12})?)?"
_ZONE = r"(Z|[+-]\d\d:\d\d)"
_MOMENT = re.compile(_DAY + _TIME + _ZONE, re.ASCII)  # people omit the seconds and the T
_DATE = re.compile(f"{_DAY}({_TIME}{_ZONE}?)?", re.ASCII)


class FieldType(Struct, frozen=True):
    """One type. ``scim_type`` is its name in ``/Schemas``, ``okta_data_type`` the one an administrator picks in Okta."""

    name: str
    label: str
    scim_type: str
    okta_data_type: str
    has_choices: bool = False
    may_be_multi_valued: bool = False


FIELD_TYPES = {
    kind.name: kind
    for kind in (
        FieldType("text", say("Text"), "string", "string", may_be_multi_valued=True),
        FieldType("long_text", say("Long text"), "string", "string"),
        FieldType("email", say("E-mail"), "string", "string"),
        FieldType("url", say("URL"), "string", "string"),
        FieldType("phone", say("Phone"), "string", "string"),
        FieldType("number", say("Number"), "decimal", "number", may_be_multi_valued=True),
        FieldType("integer", say("Integer"), "integer", "integer", may_be_multi_valued=True),
        FieldType("boolean", say("Yes/No"), "boolean", "boolean"),
        FieldType("date", say("Date"), "string", "string"),
        FieldType("datetime", say("Date and time"), "dateTime", "string"),
        FieldType("dropdown", say("Dropdown"), "string", "string", has_choices=True),
        FieldType("multiselect", say("Multi-select"), "string", "string array", has_choices=True),
        FieldType("user", say("User"), "string", "string"),
    )
}


def is_multi_valued(field):
    """Whether values of this field are lists."""
    return field.type == "multiselect" or bool(field.multi_valued)


def okta_data_type(field):
    """What to choose as "Data type" in Okta's Profile Editor."""
    base = FIELD_TYPES[field.type].okta_data_type
    return f"{base} array" if field.multi_valued and not base.endswith("array") else base


def accept(field, value):
    """The value to store for a front's input; None for "no value" (null, "", [], blanks).

    Raises InvalidValue naming the Field ID and what is accepted.
    """
    items = value if isinstance(value, list | tuple) else [value]
    if is_multi_valued(field):
        if len(items) > MAXIMUM_VALUES:
            raise InvalidValue(field.field_id, say("at most %(num)s values.", num=MAXIMUM_VALUES))
        accepted = [_accept_one(field, item) for item in items if not _is_blank(item)]
        return _without_repetitions(accepted) or None
    if len(items) > 1:
        raise InvalidValue(field.field_id, say("one value is expected, not a list."))
    return None if all(map(_is_blank, items)) else _accept_one(field, items[0])


def _is_blank(value):
    return value is None or (isinstance(value, str) and not value.strip())


def _without_repetitions(values):
    """The values of a list, each once. Texts that differ in letter case or normal form are one, in the spelling that comes
    first: the attribute is not ``caseExact``.
    """
    kept = {}
    for value in values:
        kept.setdefault(fold(value) if isinstance(value, str) else value, value)
    return list(kept.values())


def display(field, value):
    """A stored value in the form people read."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(display(field, item) for item in value)
    if isinstance(value, bool):
        return say("Yes") if value else say("No")
    return str(value)


def _accept_one(field, value):
    try:
        return _ACCEPTS[field.type](field, value)
    except InvalidValue:
        raise
    except (ValueError, TypeError, OverflowError) as error:
        reason = error.args[0] if error.args else say("this value cannot be read.")
        raise InvalidValue(field.field_id, reason) from error


def _as_given(value):
    """A refused value for a message: text in quotes and cut if it is long, anything else as JSON."""
    if not isinstance(value, str):
        return json.dumps(value)
    text = value if len(value) <= LONGEST_NAMED else f"{value[:LONGEST_NAMED]}…"
    return quoted([text.encode("utf-8", "backslashreplace").decode()])  # a lone surrogate cannot be sent


def _text(field, value, longest=MAXIMUM_LINE):
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(say("text is expected."))
    if isinstance(value, float) and abs(value) >= EXACT:  # it has lost digits already
        raise ValueError(say("text is expected."))
    text = str(value)
    if "\0" in text or len(text) > longest:
        raise ValueError(say("at most %(num)s characters of text.", num=longest))
    return text


def _long_text(field, value):
    return _text(field, value, MAXIMUM_TEXT)


def _email(field, value):
    text = _text(field, value).strip()
    if not is_address(text):
        raise ValueError(say("%(value)s is not an e-mail address such as name@example.com.", value=_as_given(text)))
    return text


def _url(field, value):
    text = _text(field, value, 2_000).strip()
    try:
        parts = urlsplit(text)
        is_of_the_web = parts.scheme in ("http", "https") and parts.netloc
    except ValueError:  # http://[ and the like; the message below explains it better
        is_of_the_web = False
    if not is_of_the_web:
        raise ValueError(say("an address that starts with https:// or http:// is expected."))
    return text


def _number(field, value):
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(say("a number is expected."))
    try:
        return parse_decimal(str(value), EXACT)  # a larger one has lost digits already if it came as JSON
    except NumberTooLarge as error:
        raise ValueError(_too_large(value)) from error
    except InexactNumber as error:
        raise ValueError(_too_many_digits(value)) from error
    except ValueError as error:
        text = say("%(value)s is not a number; write it as 42 or 4.2.", value=_as_given(value))
        raise ValueError(text) from error


def _too_many_digits(value):
    return say("%(value)s has more digits than a number keeps; use a text field.", value=_as_given(value))


def _too_large(value):
    return say(
        "%(value)s is out of range: whole numbers from -%(most)s to %(most)s are kept. Use a text field for longer ones.",
        value=_as_given(value), most=EXACT - 1,
    )  # fmt: skip


def _integer(field, value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if not isinstance(value, bool | float) and _INTEGER.fullmatch(text) and abs(int(text)) >= EXACT:
        raise ValueError(_too_large(value))
    if isinstance(value, bool | float) or not _INTEGER.fullmatch(text):
        raise ValueError(
            say("%(value)s is not an integer; write a whole number without a fraction.", value=_as_given(value))
        )
    return int(text)


def _boolean(field, value):
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else None
    if word in ("true", "yes"):
        return True
    if word in ("false", "no"):
        return False
    raise ValueError(say("%(value)s is not a boolean; send true or false.", value=_as_given(value)))


def _date(field, value):
    text = _text(field, value).strip()
    try:
        return _day(text).isoformat()
    except ValueError as error:
        raise ValueError(say("%(value)s is not a date; write it as 2026-11-23.", value=_as_given(text))) from error


def _datetime(field, value):
    text = _text(field, value).strip()
    try:
        moment = parse_moment(text, _MOMENT)
    except ValueError as error:
        text = say(
            "%(value)s is not a date and time with its zone; write it as 2026-11-23T09:30:00Z.", value=_as_given(text)
        )
        raise ValueError(text) from error
    shown = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return shown.replace("+00:00", "Z")


def _day(text):
    """The date as written; a time of day after it is dropped, whatever its zone."""
    text = text.upper()
    if not _DATE.fullmatch(text):
        raise ValueError("no date")
    return datetime.fromisoformat(text).date()


def _choice(field, value):
    text = _text(field, value).strip()
    key = fold_option(text)
    for choice in field.choices:
        if fold_option(choice) == key:
            return choice
    names = {"value": _as_given(text), "options": ", ".join(field.choices)}
    raise ValueError(say("%(value)s is not one of the options: %(options)s.", **names))


def _phone(field, value):
    text = _text(field, value).strip()
    if not any(character.isdigit() for character in text):
        raise ValueError(say("a phone number is expected, such as +49 30 1234567."))
    return text


_ACCEPTS = {
    "text": _text,
    "long_text": _long_text,
    "email": _email,
    "url": _url,
    "phone": _phone,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "dropdown": _choice,
    "multiselect": _choice,
    "user": _text,
}

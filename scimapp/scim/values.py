"""Values of the attribute types: reading, checking, comparing (RFC 7643 §2.3)."""

import base64
import binascii
import re
from contextlib import suppress
from datetime import UTC

from ..decimals import EXACT, parse_decimal
from ..moments import parse_moment
from ..texts import fold, fold_user_name, is_storable
from .errors import InvalidValue

_TRUE, _FALSE = "true", "false"
_WORDS = {None: "null", True: _TRUE, False: _FALSE}
_NUMBERS, _NUMBERS_OR_TEXT = (int, float), (int, float, str)
_WHOLE = re.compile(r"[+-]?[0-9]{1,24}")


def format_datetime(moment):
    """RFC 3339 text in UTC, millisecond precision: ``2026-11-23T09:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_empty(value):
    """Absent, null and an empty list are the same state (RFC 7643 §2.5)."""
    return value is None or value == [] or value == {}


def check_simple(attribute, value, where, coerces):
    """A value that fits a simple attribute, or InvalidValue naming ``where``.

    ``coerces`` takes ``"42"`` for a number, ``"True"`` for a boolean and numbers for a text, as several clients send them.
    """
    return _CHECKS[attribute.type](value, where, coerces)


def comparison_key(attribute, value):
    """A key that is equal for equal values of an attribute; sortable within one type."""
    if attribute.type == "dateTime":
        try:
            return parse_moment(value)
        except ValueError:
            return value
    if isinstance(value, str) and not attribute.case_exact:
        return fold_user_name(value) if attribute.name == "userName" else fold(value)
    return value


def _string(value, where, coerces):
    if coerces and isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and abs(value) >= EXACT:
            raise InvalidValue(f"{where}: a number of so many digits loses some of them; send it as text")
        value = str(value)
    if not isinstance(value, str):
        raise InvalidValue(f"{where}: text is expected, not {shown(value)}")
    if not is_storable(value):
        raise InvalidValue(f"{where}: NUL and half surrogates cannot be kept")
    return value


def _boolean(value, where, coerces):
    """X-02, Entra. Sent: ``"active": "False"``. Meant: ``"active": false``."""
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if coerces and isinstance(value, str) else None
    if word in (_TRUE, _FALSE):
        return word == _TRUE
    raise InvalidValue(f"{where}: true or false is expected, not {shown(value)}")


def _integer(value, where, coerces):
    if coerces and isinstance(value, float) and value.is_integer():
        value = int(value)  # RFC 7643 §2.3.4 has no fraction, some clients write one
    if coerces and isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= EXACT:
        raise InvalidValue(
            f"{where}: a whole number from -{EXACT - 1} to {EXACT - 1} without a fraction is expected, not {shown(value)}"
        )
    return value


def _decimal(value, where, coerces):
    if isinstance(value, _NUMBERS_OR_TEXT if coerces else _NUMBERS) and not isinstance(value, bool):
        with suppress(ValueError):
            return parse_decimal(str(value), EXACT)  # a larger one may have lost digits when the body was parsed
    raise InvalidValue(
        f"{where}: a number from -{EXACT - 1} to {EXACT - 1}, of at most 15 digits if it has a fraction, is expected, "
        f"not {shown(value)}"
    )


def _date_time(value, where, _coerces):
    text = _string(value, where, coerces=False)
    try:
        parse_moment(text)
    except ValueError as error:
        raise InvalidValue(
            f"{where}: a date and time with its zone, such as 2026-11-23T09:30:00Z, is expected"
        ) from error
    return text


def _binary(value, where, _coerces):
    text = _string(value, where, coerces=False)
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValue(f"{where}: base64 is expected") from error
    return text


def shown(value):
    """A value as an error shows it: short, spelled as in JSON, and never a whole object."""
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:60].encode("utf-8", "backslashreplace").decode()


_CHECKS = {
    "string": _string,
    "reference": _string,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "dateTime": _date_time,
    "binary": _binary,
}

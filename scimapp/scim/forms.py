"""Formats that RFC 7643 requires of texts beyond their type, and the canonical spelling they are kept in (§2.4, §4.1.2).

Only the strict preset refuses other formats: real identity providers send full country names and local phone numbers,
and one such value is no reason to refuse a person (decision 0027).
"""

import base64
import re

from .errors import InvalidValue

_URI = re.compile(r"[^\s<>\"{}|\\^`\x00-\x1f]+")
_SEQUENCE = 0x30  # what every DER certificate begins with
# ISO 3166-1 alpha-2, as assigned.
COUNTRIES = tuple(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD"
    " CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE"
    " GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI"
    " KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX"
    " MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD"
    " SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ"
    " VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)


def in_form(attribute, value, where, is_strict):
    """The kept spelling of a checked value. With a strict preset, raises InvalidValue for another format."""
    if attribute.canonical_values and isinstance(value, str):
        value = _canonical(attribute.canonical_values, value)
    form = _FORMS.get(attribute.form)
    if form is None:
        return value
    spelled, complaint = form(value)
    if complaint and is_strict:
        raise InvalidValue(f"{where}: {complaint}")
    return spelled


def _canonical(words, value):
    """The word as the schema spells it; any other word as it is."""
    if value in words:
        return value
    lowered = value.strip().lower()
    return next((word for word in words if word.lower() == lowered), value)


def _email(text):
    """An address with its domain in lower case. The part before the @ may be case-sensitive and stays."""
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.lower()}", None


def _phone(text):
    """RFC 3966 compares scheme and parameters without letter case; other spellings of numbers are kept as they are."""
    return (text.lower() if text[:4].lower() == "tel:" else text), None


def _handle(text):
    return text.lower(), None


def _country(text):
    return text, None if text in COUNTRIES else "a country is two letters by ISO 3166-1, such as DE"


def _uri(text):
    return text, None if _URI.fullmatch(text) else "a URI is expected, such as https://people.example/ann"


def _certificate(text):
    return text, None if _is_one_sequence(base64.b64decode(text)) else "one DER certificate in base64 is expected"


def _is_one_sequence(content):
    """Whether it is one DER sequence from the first octet to the last."""
    if len(content) < 2 or content[0] != _SEQUENCE:
        return False
    if content[1] < 0x80:
        return len(content) == 2 + content[1]
    size = content[1] & 0x7F
    return len(content) == 2 + size + int.from_bytes(content[2 : 2 + size])


_FORMS = {
    "email": _email, "phone": _phone, "handle": _handle, "country": _country, "uri": _uri, "certificate": _certificate,
}  # fmt: skip

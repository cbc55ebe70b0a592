"""Quick checks of whether a call holds something to mask, before any of it is parsed.

They may report a secret where there is none, but never miss one.
"""

import re
from functools import lru_cache

from ..requests.escapes import unescaped

_LONGEST_KEPT = 100  # characters of a name that is remembered
NAMES = re.compile(
    r"passw|^(pwd|pin|secret|token|authorization|credentials?)$|(client|shared)_?secret$"
    r"|(access|refresh|id|bearer|auth)_?token$|api_?key$",
    re.IGNORECASE,
)
# Cheap to search for in lower case. Without a match there is no token, or no name of a secret.
_LIKE_TOKEN = re.compile(rb"scim[a-z0-9]{20}")
_LIKE_PASSWORD, PASSWORD_NAME = b"passw", "password"
_LIKE_NAMES = (
    _LIKE_PASSWORD, b'pwd"', b'pin"', b'secret"', b'token"', b'authorization"', b'credential"', b'credentials"', b'key"',
)  # fmt: skip
_LIKE_QUERY = re.compile("passw|pwd|pin|secret|token|authorization|credential|key|%")
_ODD_ESCAPE = re.compile(rb'\\(?!")')
# Letters beyond ASCII that NAMES matches as other-case forms of these, and that ``lower`` does not turn into them.
_OTHER_CASES = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}
_IN_BYTES = [(letter.encode(), plain.encode()) for letter, plain in _OTHER_CASES.items()]
_IN_TEXTS = str.maketrans(_OTHER_CASES)
_BEFORE_TURNING = b"\xe2"  # characters that reverse the rest of a line: in UTF-8 this byte, then two in one of …
_LIKE_TURNING = ((b"\x80\xaa", b"\x80\xae"), (b"\x81\xa6", b"\x81\xa9"))


def holds_password_alone(lowered, value):
    """Whether a body's own password is the only secret in it, as when a directory creates a person."""
    lowered = _in_one_case(lowered)
    if lowered.count(_LIKE_PASSWORD) != 1 or type(value) is not dict or PASSWORD_NAME not in value:
        return False
    return not any(name in lowered for name in _LIKE_NAMES[1:])


def is_secret(name):
    """Whether an attribute of this name is a secret; the URN of its schema may precede the name."""
    return _is_secret_kept(name) if len(name) <= _LONGEST_KEPT else _is_secret_kept.__wrapped__(name)


def may_hold_names(lowered):
    """Whether bytes in lower case may contain the name of a secret."""
    lowered = _in_one_case(lowered)
    return any(name in lowered for name in _LIKE_NAMES)


def _in_one_case(lowered):
    if not lowered.isascii():
        for letter, plain in _IN_BYTES:
            lowered = lowered.replace(letter, plain)
    return lowered


@lru_cache(maxsize=2_048)
def _is_secret_kept(name):
    return NAMES.search(re.split(r"[:.]", name)[-1]) is not None


@lru_cache(maxsize=256)
def names_a_secret(schema):
    """Whether an attribute of a schema has the name of a secret."""
    return any(
        NAMES.search(item.name) for attribute in schema.attributes for item in (attribute, *attribute.sub_attributes)
    )


def are_plain(documents, schema):
    """Whether an answer made of documents with short lists is kept unchanged; see ``Masking.read_documents``."""
    lowered = documents.lower()
    return _LIKE_PASSWORD not in lowered and is_harmless(lowered) and not names_a_secret(schema)


def plain_query(query):
    """A query string, decoded; None if it may contain a secret."""
    whole = unescaped(query)
    lowered = whole.lower() if whole.isascii() else whole.translate(_IN_TEXTS).lower()
    return whole if _LIKE_QUERY.search(lowered) is None else None


def is_plain(text):
    """Whether ``Masking.clean`` certainly leaves a text, and every part of it, unchanged.

    May be False for a few that it does.
    """
    return text.isascii() and text.isprintable() and "\\" not in text and not may_hold_token(text.lower().encode())


def may_hold_token(lowered):
    """Whether bytes in lower case may hold a token, ours or another service's."""
    return b"bearer " in lowered or _LIKE_TOKEN.search(lowered)


def is_token(secret):
    """Whether a secret is one of our tokens, which are recognised by their form wherever they stand."""
    return _LIKE_TOKEN.match(secret.lower().encode()) is not None


def is_harmless(lowered):
    """Whether JSON in lower case holds neither tokens nor characters that mislead, and can be kept in this respect.

    A backslash is allowed only before a quote: other escapes may spell a name, or a character that no database keeps.
    """
    if _ODD_ESCAPE.search(lowered) or may_hold_token(lowered):
        return False
    if lowered.isascii() or _BEFORE_TURNING not in lowered:
        return True
    rest = [piece[:2] for piece in lowered.split(_BEFORE_TURNING)[1:]]
    return not any(first <= two <= last for two in rest for first, last in _LIKE_TURNING)

"""Which texts are the same and which can be kept, by the same rule for the protocol and the directory."""

import re
import unicodedata

_HALF = re.compile("[\ud800-\udfff]")


def fold(text):
    """The key of a text that is compared ignoring case: NFC, lower case."""
    if text.isascii():  # all normal forms are the same; this is the usual case and much faster
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def fold_user_name(text):
    """The key of a user name: PRECIS UsernameCaseMapped (RFC 7644 §5, RFC 8265 §3.3) — width, case, normal form."""
    return fold(text if text.isascii() else "".join(map(_narrow, text)))


def is_storable(text):
    """Whether a database can keep a text: it holds neither NUL nor half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or _HALF.search(text) is None)


def _narrow(character):
    if character.isascii():
        return character
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(("<wide>", "<narrow>")):
        return "".join(chr(int(code, 16)) for code in decomposition.split()[1:])
    return character

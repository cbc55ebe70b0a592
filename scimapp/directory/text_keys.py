"""Folded keys: what two spellings have in common when the directory compares them.

The protocol has the same functions in ``scim.values`` (the layers do not know each other); a test holds them equal.
"""

import hashlib
import string
import unicodedata

MAXIMUM_KEY = 200  # characters
MAXIMUM_SEARCHED = 320  # characters of each text that a search looks through
# Letters that no decomposition takes apart, as most readers of a list would file them.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
)


def fold(text):
    """The key of a text that is compared ignoring case: NFC, lower case."""
    if text.isascii():  # every form is the same, which saves most of the time most of the time
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def fold_user_name(text):
    """The key of a user name: PRECIS UsernameCaseMapped (RFC 8265 §3.3) — width, case, normal form."""
    return fold(text if text.isascii() else "".join(map(_narrow, text)))


def fold_email(text):
    """The key of an e-mail address: compatibility forms and case are one address, so no look-alike is a second one."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def fold_option(text):
    """The key of an option of a field: letter case and normal form make no other one."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def name_order(text):
    """The key that names are sorted by: letters without accents, in one case, so that É stands with E."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def search_text(*texts):
    """What a search for a part of any of ``texts`` looks through, one a line; compare with ``name_order`` of it."""
    return "\n".join([name_order(text)[:MAXIMUM_SEARCHED] for text in texts if text])


def _narrow(character):
    if character.isascii():
        return character
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(("<wide>", "<narrow>")):
        return "".join(chr(int(code, 16)) for code in decomposition.split()[1:])
    return character


_IN_DIGEST = frozenset("\x01" + string.hexdigits)


def may_be_of_digest(key):
    """Whether a part of a key in the search index may be of the digest behind a longer one, and not of the text itself."""
    return "\x01" in key or _IN_DIGEST.issuperset(key)


def index_key(text, case_exact=False):
    """The key of a value as the search index keeps it, at most about 270 characters.

    A longer key keeps its first 200 characters (so "starts with" still works) and ends in a digest of the whole (so
    equality stays exact): Postgres refuses index entries of more than 2,700 bytes.
    """
    key = text if case_exact else fold(text)  # exact is exact: two normal forms are two values
    if len(key) <= MAXIMUM_KEY:
        return key
    return f"{key[:MAXIMUM_KEY]}\x01{hashlib.sha256(key.encode()).hexdigest()}"

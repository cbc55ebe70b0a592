"""Folded keys, by which the directory compares texts: equal for spellings that count as the same. Those that the protocol uses too are
in ``texts``.
"""

import hashlib
import string
import unicodedata

from ..texts import fold, normal

MAXIMUM_KEY = 200  # characters
MAXIMUM_SEARCHED = 320  # characters of each text that a search can see
_MOST_DECOMPOSED = 4  # a letter with its marks; no composed character is made of more
_LONGEST_ADDRESS = _MOST_DECOMPOSED * 320  # characters, of an address that is kept as 320 composed ones
# Letters that have no decomposition, mapped to where most readers of a list look for them.
_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
)


def fold_email(text):
    """The key of an e-mail address. Compatibility forms and case are ignored, so no look-alike counts as another address.

    Folding a key leaves it as it is. What is much too long for an address is not normalized: it equals no address anyway.
    """
    if text.isascii() or len(text) > _LONGEST_ADDRESS:
        return text.lower()
    # Twice: the first time, an iota below a letter (ᾳ) becomes one beside it, to which marks behind it then belong.
    return _folded_once(_folded_once(text))


def fold_option(text):
    """The key of an option of a field, ignoring case and normal form."""
    return text.lower() if text.isascii() else normal("NFC", text).casefold()


def _folded_once(text):
    return normal("NFKC", text).casefold()


def name_order(text, longest=None):
    """The key that names are sorted by: no accents, one case, so that É sorts with E. At most ``longest`` characters.

    A long text is cut before it is normalized, which makes up to 18 characters of one. A key is its own key.
    """
    if longest is not None:
        text = text[: _MOST_DECOMPOSED * longest]
    if not text.isascii():
        text = _plain_letters(text)[:longest]
    # Twice: a compatibility form (ℍ, ㎐) may be of capitals, and the letter below a mark (ǣ) one of ``_LETTERS``.
    return (text.lower() if text.isascii() else _plain_letters(text))[:longest]


def _plain_letters(text):
    letters = normal("NFKD", text.translate(_LETTERS).casefold())
    return "".join([letter for letter in letters if not unicodedata.combining(letter)])


def search_text(*texts):
    """The text in which a search looks for a part of any of ``texts``, one per line; search for the ``name_order`` of a
    part.
    """
    return "\n".join([name_order(text, MAXIMUM_SEARCHED) for text in texts if text])


_IN_DIGEST = frozenset("\x01" + string.hexdigits)


def may_be_of_digest(key):
    """Whether a part of an index key may match the digest at the end of a long key instead of its text."""
    return "\x01" in key or _IN_DIGEST.issuperset(key)


def index_key(text, case_exact=False):
    """The key of a value as the search index keeps it, at most about 270 characters.

    A longer key keeps its first 200 characters (so "starts with" still works) and ends in a digest of the whole (so
    equality stays exact): Postgres refuses index entries of more than 2,700 bytes.
    """
    key = text if case_exact else fold(text)  # exact: two normal forms are two values
    if len(key) <= MAXIMUM_KEY:
        return key
    return f"{key[:MAXIMUM_KEY]}\x01{hashlib.sha256(key.encode()).hexdigest()}"

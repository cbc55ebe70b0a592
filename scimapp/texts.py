"""Which texts are the same and which can be kept, by the same rule for the protocol and the directory."""

import re
import unicodedata

_HALF = re.compile("[\ud800-\udfff]")
_SHORT = 1_000  # characters that are put into a normal form at once, whatever they are
_LONGEST_RUN = 100  # marks in a row; no script has more than a few (UAX #15 allows 30 in streams)
# Characters that count as letters but are made of marks.
_MADE_OF_MARKS = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
_OF_WIDTH = (
    "\u3000",
    *map(chr, range(0xFF01, 0xFFEF)),
)  # all characters that Unicode calls wide or narrow, and a few others


def _usual_widths():
    """The characters of another width, mapped to those of the usual one."""
    usual = {}
    for character in _OF_WIDTH:
        kind, *codes = unicodedata.decomposition(character).split() or [""]
        if kind in ("<wide>", "<narrow>"):
            usual[ord(character)] = "".join([chr(int(code, 16)) for code in codes])
    return usual


_NARROW = _usual_widths()


def fold(text):
    """The key of a text that is compared ignoring case: NFC, lower case."""
    if text.isascii():  # all normal forms are the same; this is the usual case and much faster
        return text.lower()
    return normal("NFC", normal("NFC", text).lower())


def normal(form, text):
    """A text in the normal form ``form``, in a time that grows with its length.

    Python sorts marks in a row (accents and the like) in a time that grows with the square of their number: half an hour for
    a body full of them. Longer runs than any script has are therefore sorted piece by piece.
    """
    if len(text) <= _SHORT:
        return unicodedata.normalize(form, text)
    return "".join([unicodedata.normalize(form, piece) for piece in _pieces(text)])


def fold_user_name(text):
    """The key of a user name: PRECIS UsernameCaseMapped (RFC 7644 §5, RFC 8265 §3.3) — width, case, normal form."""
    return fold(text if text.isascii() else text.translate(_NARROW))


def is_storable(text):
    """Whether a database can keep a text: it holds neither NUL nor half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or _HALF.search(text) is None)


def _pieces(text):
    """The text, cut within runs of more than _LONGEST_RUN marks."""
    begin = run = 0
    for place, character in enumerate(text):
        is_mark = unicodedata.combining(character) or character in _MADE_OF_MARKS
        run = run + 1 if is_mark else 0
        if run > _LONGEST_RUN:
            yield text[begin:place]
            begin, run = place, 1
    yield text[begin:]

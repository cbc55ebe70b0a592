"""Texts of one line that people type, such as names and labels."""

import unicodedata

from .errors import InvalidValue
from .words import say


def line_of(attribute, text):
    """A text of one line without surrounding blanks. Raises InvalidValue."""
    text = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidValue(attribute, say("Control characters are not accepted."))
    return text

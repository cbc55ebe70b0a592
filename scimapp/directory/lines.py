"""What people type or choose in one input: names and labels of one line, and one of several words."""

import unicodedata

from .errors import InvalidValue
from .words import say


def line_of(attribute, text):
    """A text of one line without surrounding blanks. Raises InvalidValue."""
    text = text.strip()
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidValue(attribute, say("Control characters are not accepted."))
    return text


def one_of(names, attribute, value):
    """A value that must be among ``names``. Raises InvalidValue."""
    if value not in names:
        raise InvalidValue(attribute, say("Choose one of: %(names)s.", names=", ".join(map(str, names))))
    return value

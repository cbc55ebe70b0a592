"""Reads decimal numbers to the last digit, by the same rule for every front."""

import re
from decimal import Decimal

EXACT = 2**53  # from here on, JSON parsers may round whole numbers (RFC 7493 §2.2)
LONGEST = 40  # characters; no number that is kept exactly needs as many
_FORM = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?0*[0-9]{1,4})?", re.IGNORECASE)
_CHARACTERS = frozenset("0123456789.+-eE")
_TOO_LARGE = Decimal("1e300")  # floats end a little later


class InexactNumber(ValueError):
    """A number with more digits than an int or float of JSON keeps."""


class NumberTooLarge(ValueError):
    """A number as large as ``below`` or larger."""


def parse_decimal(text, below=_TOO_LARGE):
    """The int or float that means what ``text`` says, an int for every whole number below EXACT.

    Decimal and float also take ``1_000``, digits of other scripts, and names such as ``nan``; this does not. Raises
    ValueError, InexactNumber, NumberTooLarge.
    """
    text = text.strip()
    if len(text) > LONGEST and _CHARACTERS.issuperset(text):
        raise InexactNumber("this number has too many digits")
    if len(text) > LONGEST or not _FORM.fullmatch(text):
        raise ValueError("a number is needed")
    said = Decimal(text)
    if abs(said) >= below:
        raise NumberTooLarge("this number is out of range")
    if said == said.to_integral_value() and abs(said) < EXACT:
        return int(said)
    number = float(said)
    if Decimal(repr(number)) != said:
        raise InexactNumber("this number has too many digits")
    return number

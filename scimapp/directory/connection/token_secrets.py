"""The secrets of SCIM tokens: ``scim`` + 43 letters and digits + 6 of a CRC-32.

This form lets secret scanners recognise them, and lets us refuse a mistyped one without a query.
"""

import hmac
import re
import secrets as _random
import string
import zlib

PREFIX = "scim"
_SHAPE = re.compile(r"scim([A-Za-z0-9]{43})([0-9A-Za-z]{6})")
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def new_secret():
    """A new random secret."""
    body = "".join(_random.choice(_ALPHABET) for _ in range(43))  # 62**43 is more than 2**256
    return f"{PREFIX}{body}{_checksum(body)}"


def is_well_formed(secret):
    """Whether this has the form of a token secret."""
    shape = _SHAPE.fullmatch(secret) if isinstance(secret, str) else None
    return shape is not None and hmac.compare_digest(_checksum(shape[1]), shape[2])


def _checksum(body):
    number, digits = zlib.crc32(body.encode()), []
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(digits)

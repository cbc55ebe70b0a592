"""Printed codes for people who lost their phone: each is accepted once instead of a code of the app.

A code has 80 random bits, so storing a digest is enough. Codes stay valid when the server's key changes.
"""

import secrets as _random
from base64 import b32encode

from ..secrets import digest

HOW_MANY = 10
_BYTES, _GROUP = 10, 4  # sixteen letters and digits, four and four
_READ_AS = str.maketrans("018", "OIB", " -\t")  # base32 has no 0, 1 and 8


def new_codes():
    """A complete set of codes in the form people write down: ``ABCD-EFGH-IJKL-MNOP``."""
    letters = (b32encode(_random.token_bytes(_BYTES)).decode() for _ in range(HOW_MANY))
    return ["-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)) for text in letters]


def kept_as(nonce, code):
    """The stored digest of a code, however it was typed; ``nonce`` is that of the person's second step."""
    return digest(f"{nonce} {(code or '').upper().translate(_READ_AS)}")

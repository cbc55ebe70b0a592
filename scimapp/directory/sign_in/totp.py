"""Time-based codes (RFC 6238): six digits, new every 30 seconds, with SHA-1, as every authenticator app supports.

Pure functions. Keys are bytes; apps receive them in base32, as text or in a URI that a camera reads.
"""

import hmac
import re
from base64 import b32encode
from urllib.parse import quote, urlencode

DIGITS, STEP_SECONDS = 6, 30
TOLERANCE = 1  # steps that a phone's clock may be slow or fast
LONGEST_ISSUER, LONGEST_NAME = 90, 100  # characters in the URI, which contains the issuer twice
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def step_at(moment):
    """The number of the time step that contains a moment."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(key, step):
    """The code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def typed_code(text):
    """The digits of a code as typed, grouped or not; None if it cannot be a code."""
    bare = re.sub(r"[\s-]", "", text or "")
    return bare if _CODE.fullmatch(bare) else None


def matching_step(key, code, moment):
    """The newest time step around ``moment`` that has this code, None if the code is wrong."""
    present = step_at(moment)
    steps = range(present - TOLERANCE, present + TOLERANCE + 1)
    return max((step for step in steps if hmac.compare_digest(code_of(key, step), code)), default=None)


def as_text(key):
    """A key as people type it into an app."""
    return b32encode(key).decode().rstrip("=")


def address(key, issuer, name):
    """The ``otpauth:`` URI of a key, for a QR code. The app shows ``issuer`` and ``name``.

    A colon separates the two, so neither may contain one. Long ones are cut, since a camera must read the code from a screen.
    """
    issuer, name = _label(issuer, LONGEST_ISSUER), _label(name, LONGEST_NAME)
    values = {"secret": as_text(key), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{issuer}:{name}', safe='')}?{urlencode(values, quote_via=quote)}"


def _label(text, most):
    """``text`` encoded in at most ``most`` characters of the URI, with an ellipsis if it was cut."""
    whole = text = " ".join(text.replace(":", " ").split())
    while len(quote(text, safe="")) > most:
        whole = whole[:-1]
        text = f"{whole.rstrip()}…"
    return text

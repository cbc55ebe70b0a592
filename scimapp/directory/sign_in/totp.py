"""Codes that change with time (RFC 6238): six digits, new every 30 seconds, with SHA-1, as every authenticator app knows them.

Pure functions. Keys are bytes; apps are told them in base32, as text or within an address that a camera reads.
"""

import hmac
import re
from base64 import b32encode
from urllib.parse import quote, urlencode

DIGITS, STEP_SECONDS = 6, 30
TOLERANCE = 1  # steps that the clock of a phone may be behind or ahead
LONGEST_ISSUER, LONGEST_NAME = 90, 100  # characters within an address; the issuer stands there twice
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def step_at(moment):
    """The number of the time step that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_of(key, step):
    """The code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def typed_code(text):
    """The digits of a code as somebody typed it, in groups or not; None for what can be none."""
    bare = re.sub(r"[\s-]", "", text or "")
    return bare if _CODE.fullmatch(bare) else None


def matching_step(key, code, moment):
    """The newest time step around ``moment`` whose code this is, None for a wrong one."""
    present = step_at(moment)
    steps = range(present - TOLERANCE, present + TOLERANCE + 1)
    return max((step for step in steps if hmac.compare_digest(code_of(key, step), code)), default=None)


def as_text(key):
    """A key as people type it into an app."""
    return b32encode(key).decode().rstrip("=")


def address(key, issuer, name):
    """The ``otpauth:`` address of a key, which an app reads from a QR code. ``issuer`` and ``name`` are what the app shows.

    A colon parts the two, so neither may hold one; long ones are cut, because a camera has to read the code from a screen.
    """
    issuer, name = _label(issuer, LONGEST_ISSUER), _label(name, LONGEST_NAME)
    values = {"secret": as_text(key), "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{quote(f'{issuer}:{name}', safe='')}?{urlencode(values, quote_via=quote)}"


def _label(text, most):
    """``text`` in at most so many characters of an address, with an ellipsis where some are left out."""
    whole = text = " ".join(text.replace(":", " ").split())
    while len(quote(text, safe="")) > most:
        whole = whole[:-1]
        text = f"{whole.rstrip()}…"
    return text

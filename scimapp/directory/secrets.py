"""Random secrets, their digests, and secrets derived under the server's key.

A stored digest is SHA-256: every secret here has 256 random bits, so a slow hash would add nothing.
"""

import hashlib
import hmac
import os
import re
import secrets as _random
from base64 import urlsafe_b64encode

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_keyed = None  # an HMAC to copy for each secret: every new one makes OpenSSL look up the algorithm


def install(secret_key):
    """Called once by the factory. Sets the server's key."""
    global _keyed
    key = hashlib.sha256(b"scimapp link secrets\0" + secret_key.encode()).digest()
    _keyed = hmac.new(key, digestmod="sha256")


def new_secret():
    """A random secret: 43 url-safe characters, 256 random bits."""
    return _random.token_urlsafe(32)


def new_nonce():
    return os.urandom(32).hex()


def digest(secret):
    """The SHA-256 of a secret, which is stored instead of it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def derive(purpose, identifier, nonce):
    """A secret of 43 url-safe characters that only the holder of the server's key can derive again."""
    keyed = _keyed.copy()
    keyed.update(f"{purpose}\0{identifier}\0{nonce}".encode())
    return urlsafe_b64encode(keyed.digest()).rstrip(b"=").decode()


def is_well_formed(secret):
    """Whether a text has the form of a link secret, so that malformed ones never reach a query."""
    return isinstance(secret, str) and _SHAPE.fullmatch(secret) is not None

"""Cursors: the position of a walk through a list, kept only by the client (RFC 9865).

A cursor holds the place of the last resource sent: its sort key and its number in the order of creation. The next page
begins after that place, so it stays right while resources are added and removed. It is signed for its token and
question; used with any other it is refused like a forged one.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest

from msgspec import Struct

from .errors import ExpiredCursor, InvalidCount, InvalidCursor

TIMEOUT_SECONDS = 3600  # from one page to the next
LONGEST = 4096  # characters
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FORGED = "the cursor is none of this token's for this question; begin again with an empty one"


class Position(Struct, frozen=True):
    """The place of a resource in a list: ``key`` is its sort key, a JSON value; None for no value.

    ``rank`` tells resource types apart in a list of all of them.
    """

    seq: int
    key: object = None
    rank: int = 0


class Cursors(Struct, frozen=True):
    """Makes and reads the cursors of one token and one question.

    ``sign`` maps a text to its signature, which differs for every token. ``question`` is whatever the answer depends on
    (resource type, filter, order).
    """

    sign: object
    question: tuple
    count: int
    now: float  # seconds since 1970

    def make(self, position):
        """The text of a cursor, of unreserved characters only."""
        made_at, fingerprint = int(self.now), _fingerprint(self.question)
        key = "null" if position.key is None else _json(position.key)
        content = f'[{made_at},"{fingerprint}",{self.count},{position.seq},{key},{position.rank}]'
        text = _to_text(content.encode("utf-8", "surrogatepass"))
        return f"{text}.{self.sign(text)}"

    def read(self, cursor):
        """The Position of a cursor, None for the beginning. Raises InvalidCursor, ExpiredCursor, InvalidCount."""
        if cursor == "":
            return None
        if not isinstance(cursor, str) or len(cursor) > LONGEST or not cursor.isascii():
            raise InvalidCursor(_FORGED)
        text, _, signature = cursor.partition(".")
        if not compare_digest(signature, self.sign(text)):
            raise InvalidCursor(_FORGED)
        made_at, fingerprint, count, *place = json.loads(_from_text(text))
        if fingerprint != _fingerprint(self.question):
            raise InvalidCursor(_FORGED)
        if self.now - made_at > TIMEOUT_SECONDS:
            raise ExpiredCursor(f"the cursor is older than {TIMEOUT_SECONDS} seconds; begin again with an empty one")
        if count != self.count:
            raise InvalidCount(
                f"this walk was begun with count {count}: keep to it, or begin again with an empty cursor"
            )
        return Position(*place)


@lru_cache(256)
def _fingerprint(question):
    return sha256(repr(question).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _to_text(content):
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _from_text(text):
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:  # not a cursor of ours
        raise InvalidCursor(_FORGED) from error

"""Calls on their way into the provisioning log: what the front hands over, and what becomes of it when it is written."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

LONGEST_TEXT = 500  # characters of paths and details


class PendingCall(NamedTuple):
    """A call as the front saw it. ``describe`` returns its ``Description``; it is called when the call is written, not before.

    ``kind`` names a flood that the call may be part of, None for calls that are always kept one by one.
    """

    account_id: str
    request_id: str
    at: datetime
    token_hash: str | None  # of a secret that was not looked up; it may belong to a token that ended
    describe: object
    size: int = 0  # bytes of the bodies
    kind: tuple | None = None
    times: int = 1  # calls like it that the record stands for
    may_be_there: bool = False  # the connection broke during the commit


class Description(Struct):
    """What a call was, in the columns of ``ScimCall``, with masked bodies. ``scim_id`` identifies the resource.

    ``label`` returns the resource's name as the call had it, for ids that the directory does not know.
    """

    columns: dict
    scim_id: str | None
    request: str | None
    answer: str | None
    label: object = None

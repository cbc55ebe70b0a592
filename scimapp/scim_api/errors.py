"""Translates exceptions to the SCIM errors that clients get (RFC 7644 §3.12)."""

import logging

from flask import g
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..directory import errors as directory
from ..directory.availability import UNAVAILABLE, is_stuck, reason
from ..scim import errors as scim
from .responses import ACCEPTED_TYPES

_MIB = 1024 * 1024
RETRY_SECONDS = 2  # after a database that did not answer
STOPPED_RETRY_SECONDS = 900  # somebody has to look and decide
_log = logging.getLogger("scimapp.scim")


def _stopped(error):
    unavailable = scim.Unavailable(error.message)
    unavailable.retry_after = STOPPED_RETRY_SECONDS
    return unavailable


# The first matching class decides, so subclasses stand before their bases.
_FROM_DIRECTORY = (
    (directory.NotInAccount, lambda error: scim.NotFound(error.message)),
    (directory.StaleVersion, lambda error: scim.PreconditionFailed(f"{error.message} Read it again and repeat.")),
    (directory.NotAllowed, lambda error: scim.Forbidden(error.message)),
    (directory.DeactivationsStopped, _stopped),
    (directory.NoFreeSeat, lambda error: scim.Forbidden(error.message)),
    (directory.Conflict, lambda error: scim.Uniqueness(error.message)),
    (directory.DirectoryError, lambda error: scim.InvalidValue(error.message)),
)


def translated(error, request_id):
    """The ScimError for any exception."""
    if isinstance(error, directory.DirectoryError):
        return from_directory(error)
    if isinstance(error, HTTPException):
        return from_http(error)
    if isinstance(error, UNAVAILABLE):
        return from_unavailable(error, request_id)
    return error if isinstance(error, scim.ScimError) else from_unexpected(error, request_id)


def from_directory(error):
    """The ScimError for a DirectoryError."""
    return next(make(error) for kind, make in _FROM_DIRECTORY if isinstance(error, kind))


def from_http(error):
    """The ScimError for a request that Flask itself refused."""
    if isinstance(error, RequestEntityTooLarge):
        limit = g.request.max_content_length
        return scim.PayloadTooLarge(f"The body is larger than {limit // _MIB} MiB ({limit:,} bytes).")
    return scim.InvalidSyntax("The request cannot be read.")


def from_unexpected(error, request_id):
    """The ScimError for an unexpected error. The log gets all of it under the request id, the client only that id."""
    _log.error("unexpected error, request %s", request_id, exc_info=error)
    return scim.ServerError(f"The server failed. Its log tells more under request id {request_id}.")


def from_unavailable(error, request_id):
    """The ScimError for a database that is locked or unavailable; the client tries again."""
    _log.warning("database unavailable, request %s: %s", request_id, reason(error))
    if is_stuck(error):
        return scim.Unavailable(
            f"Something is wrong with the server's database. Its log says what under request id {request_id}."
        )
    return scim.Unavailable("The directory is busy. Try again.")


def headers_of(error):
    """The headers that go with an error: when to try again, in whole seconds, or what a body may be (RFC 9110 §15.5.16)."""
    if isinstance(error, scim.UnsupportedCoding):
        return {"Accept-Encoding": "identity"}
    if isinstance(error, scim.UnsupportedMediaType):
        return dict.fromkeys(("Accept", *(("Accept-Patch",) if g.request.method == "PATCH" else ())), ACCEPTED_TYPES)
    seconds = getattr(error, "retry_after", RETRY_SECONDS if error.status == 503 else None)
    return {"Retry-After": str(seconds)} if seconds else {}

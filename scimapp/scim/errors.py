"""The errors of the protocol, each with its status and scimType (RFC 7644 §3.12)."""

from . import urns


class ScimError(Exception):
    """Base of every refusal. ``detail`` is a sentence for the administrator at the other end."""

    status = 400
    scim_type = None

    def __init__(self, detail):
        super().__init__(detail)
        self.detail = detail

    def within(self, place):
        """The same error, its detail preceded by where it happened, such as "operation 2"."""
        return type(self)(f"{place}: {self.detail}")

    def to_dict(self):
        """The body of the answer; ``status`` is a string there."""
        body = {"schemas": [urns.ERROR], "status": str(self.status), "detail": self.detail}
        if self.scim_type:
            body["scimType"] = self.scim_type
        return body


class InvalidFilter(ScimError):
    """The filter cannot be understood or is not supported (RFC 7644 §3.4.2.2)."""

    scim_type = "invalidFilter"


class InvalidPath(ScimError):
    """A path is malformed or names nothing (RFC 7644 §3.5.2)."""

    scim_type = "invalidPath"


class UnknownPath(InvalidPath):
    """A path is well formed but names an unknown attribute, perhaps of a client's larger schema."""


class ArchivedPath(UnknownPath):
    """A path names an attribute that the account had and took out of its schema; an operation on it changes nothing."""


class InvalidSyntax(ScimError):
    """The body is not what the request's schema says."""

    scim_type = "invalidSyntax"


class InvalidValue(ScimError):
    """A required value is missing, or a value does not fit its attribute."""

    scim_type = "invalidValue"


class NoTarget(ScimError):
    """A PATCH path selects nothing that could be changed."""

    scim_type = "noTarget"


class MutabilityError(ScimError):
    """The attribute's mutability forbids the change."""

    scim_type = "mutability"


class TooMany(ScimError):
    """The filter yields more than the server is willing to work through."""

    scim_type = "tooMany"


class InvalidVersion(ScimError):
    """The protocol version in the URL is not supported (RFC 7644 §3.13)."""

    scim_type = "invalidVers"


class InvalidCursor(ScimError):
    """The cursor was not made for this client and question (RFC 9865 §2.1)."""

    scim_type = "invalidCursor"


class ExpiredCursor(ScimError):
    """The cursor has been kept too long (RFC 9865 §2.1)."""

    scim_type = "expiredCursor"


class InvalidCount(ScimError):
    """The page size changed within a walk by cursors (RFC 9865 §2.1)."""

    scim_type = "invalidCount"


class Unauthorized(ScimError):
    status = 401


class Forbidden(ScimError):
    status = 403


class Sensitive(Forbidden):
    """The request would put secret data into a URL (RFC 7644 §7.5.2)."""

    scim_type = "sensitive"


class NotFound(ScimError):
    status = 404


class MethodNotAllowed(ScimError):
    status = 405


class Uniqueness(ScimError):
    """A value that must be unique is in use."""

    status = 409
    scim_type = "uniqueness"


class Contradiction(ScimError):
    """Two parts of a request contradict each other."""

    status = 409


class PreconditionFailed(ScimError):
    status = 412


class PayloadTooLarge(ScimError):
    status = 413


class UnsupportedMediaType(ScimError):
    status = 415


class UnsupportedCoding(UnsupportedMediaType):
    """The body is compressed."""


class TooManyRequests(ScimError):
    status = 429


class ServerError(ScimError):
    status = 500


class NotImplementedByServer(ScimError):
    status = 501


class Unavailable(ScimError):
    status = 503

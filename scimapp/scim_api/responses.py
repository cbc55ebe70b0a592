"""SCIM answers on the wire: media type, ETag, Location, and headers that forbid caching."""

import re
from functools import lru_cache
from http import HTTPStatus

import orjson
from flask import current_app, g

from ..scim.errors import PreconditionFailed
from ..scim.listing import list_begin, listed
from ..scim.version import is_known
from .calls.call_excerpts import excerpt_of, excerpt_of_page

MEDIA_TYPE = "application/scim+json"
ACCEPTED_TYPES = f"{MEDIA_TYPE}, application/json"  # of a body
_TYPE, _PLAIN_TYPE = ("Content-Type", MEDIA_TYPE), ("Content-Type", "application/json")
_UNCACHED = ("Cache-Control", "no-store")
_NOT_IN_A_REALM = re.compile(r"[^ !#-\[\]-~]")  # a quoted string, with nothing to escape (RFC 9110 §5.6.4)
_JOINED = 64 * 1024  # bytes up to which the pieces of an answer are copied into one instead of sent separately
_LINES = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}


class Answer:
    """A complete answer, as a WSGI application: ``status``, ``headers`` as pairs, ``body`` in bytes, and ``rest``, sent
    after the body without being copied into it.

    ``excerpt`` is what the log keeps; None makes it keep the body.
    """

    __slots__ = ("body", "excerpt", "headers", "rest", "status")

    def __init__(self, body, status, headers, excerpt=None, rest=b""):
        self.body, self.status, self.headers, self.excerpt, self.rest = body, status, headers, excerpt, rest

    def __call__(self, environ, start_response):
        start_response(_LINES[self.status], self.headers)
        pieces = (self.body, self.rest) if self.rest else (self.body,)
        return pieces if self.body and environ["REQUEST_METHOD"] != "HEAD" else ()

    @property
    def length(self):
        """The bytes of body and rest."""
        return len(self.body) + len(self.rest)

    def suit(self, accepted):
        """Label it plain JSON for a client whose Accept header allows only that (RFC 7644 §3.8)."""
        if _takes_json_alone(accepted):
            self.headers = [_PLAIN_TYPE if pair is _TYPE else pair for pair in self.headers]


@lru_cache(100)
def _takes_json_alone(accepted):
    lowered = accepted.lower()
    return "application/json" in lowered and "scim+json" not in lowered and "*/*" not in lowered


def json_answer(body, status=200, headers=(), excerpt=None, rest=b""):
    """A JSON answer; ``body`` is a JSON value or bytes that are JSON already, ``headers`` are pairs."""
    text = body if isinstance(body, bytes) else orjson.dumps(body)
    if rest and len(rest) <= _JOINED:
        text, rest = text + rest, b""
    length = ("Content-Length", str(len(text) + len(rest)))
    return Answer(text, status, [_TYPE, length, _UNCACHED, *headers], excerpt, rest)


def resource_answer(document, status=200):
    """One resource; 304 without a body when the client has this version already (RFC 7644 §3.14)."""
    headers = [("ETag", document.etag), ("Content-Location", document.location)]
    if status == 201:
        headers.append(("Location", document.location))
    if _has_already(document.etag):
        return _not_modified(headers)
    rest = b"" if document.members is None else document.members.text
    return json_answer(document.text, status, headers, excerpt_of(document), rest)


def kept_answer(text, etag, excerpt):
    """A cached JSON text; 304 when the client has it already."""
    headers = [("ETag", etag)]
    return _not_modified(headers) if _has_already(etag) else json_answer(text, 200, headers, excerpt)


def _has_already(etag):
    """Whether the reading client has this version. Raises PreconditionFailed if its If-Match names only other versions
    (RFC 9110 §13.1.1).
    """
    request = g._get_current_object().request
    wanted, known = request.environ.get("HTTP_IF_MATCH"), request.environ.get("HTTP_IF_NONE_MATCH")
    if wanted is None and not known or request.method not in ("GET", "HEAD"):
        return False
    if wanted is not None and not is_known(wanted, etag):
        raise PreconditionFailed(f"If-Match asks for another version than the one that is here, {etag}.")
    return bool(known) and is_known(known, etag)


def _not_modified(headers):
    answer = nothing(304)
    answer.headers += headers
    return answer


def page_answer(found):
    """A ListResponse of a Found. The resources are texts and are inserted unchanged; the log keeps the first of them."""
    begin = list_begin(found.total, len(found.texts), found.start_index, found.next_cursor)
    whole = listed(begin, found.texts)
    return json_answer(whole, excerpt=excerpt_of_page(begin, found.texts, found.total, whole))


def nothing(status=204):
    """An answer without a body."""
    return Answer(b"", status, [_UNCACHED])


def moved(location):
    """308: the same request belongs to another address (RFC 7644 §3.12)."""
    return Answer(b"", 308, [_UNCACHED, ("Location", location), ("Content-Length", "0")])


def offered(methods):
    """The answer to OPTIONS."""
    headers = [_UNCACHED, ("Allow", ", ".join(sorted(methods))), ("Content-Length", "0")]
    if "PATCH" in methods:
        headers.append(("Accept-Patch", ACCEPTED_TYPES))  # RFC 5789 §3.1
    return Answer(b"", 200, headers)


def error_answer(error, headers=()):
    """The SCIM body of a refusal, with the challenge on 401 (RFC 7644 §2)."""
    answer = json_answer(error.to_dict(), error.status, headers)
    if error.status == 401:
        realm = _NOT_IN_A_REALM.sub("?", current_app.config["SETTINGS"].product_name)
        answer.headers.append(("WWW-Authenticate", f'Bearer realm="{realm}"'))
    g.scim_refusal = f"{error.status} {error.scim_type or ''}".strip()
    return answer

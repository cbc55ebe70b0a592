"""The body of a request: a known media type, a bounded length, and one JSON object."""

from flask import current_app
from flask import g as current_g
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from ...scim.errors import UnsupportedCoding, UnsupportedMediaType
from ..calls.long_bodies import shortened
from .json_body import json_object

LONGEST_LENGTH = 15  # digits of a plausible Content-Length
_MEDIA_TYPES = frozenset({"", "application/scim+json", "application/json", "text/json"})


def read_body(limit=None):
    """The JSON object of the request, at most ``limit`` bytes long (None: the application's limit).

    Raises InvalidSyntax, UnsupportedMediaType, and 413 through Flask.
    """
    g = current_g._get_current_object()
    request = g.request
    if limit is None:
        limit = current_app._get_current_object().config["MAX_CONTENT_LENGTH"]
    else:
        request.max_content_length = limit
    media_type, _, _parameters = request.environ.get("CONTENT_TYPE", "").partition(";")
    if media_type.strip(" \t").lower() not in _MEDIA_TYPES:
        raise UnsupportedMediaType("Send application/scim+json or application/json.")
    if request.environ.get("HTTP_CONTENT_ENCODING", "").lower() not in ("", "identity"):
        raise UnsupportedCoding("Send the body without compression.")
    if "scim_body" not in g:  # a repeated call has read it already
        _take_body(g, request, limit)
    body = json_object(g.scim_body)
    g.scim_kept_body = shortened(g.scim_body, body)
    return body


def _take_body(g, request, limit):
    """Put the bytes of a body into ``g.scim_body``. Raises 413, and 400 for a body that ends early, as the slower
    ``get_data`` does.
    """
    told = request.environ.get("CONTENT_LENGTH", "")
    if not (told.isascii() and told.isdigit() and len(told) <= LONGEST_LENGTH):
        g.scim_body = request.get_data()
        if request.content_length is None and len(g.scim_body) >= limit:
            raise RequestEntityTooLarge  # a chunked body is cut at the limit without an error
        return
    length = int(told)
    if length > limit:
        raise RequestEntityTooLarge
    raw = request.environ["wsgi.input"].read(length)
    if len(raw) < length:
        raise ClientDisconnected
    g.scim_body = raw

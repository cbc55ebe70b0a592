"""SCIM answers on the wire: media type, ETag, Location, and headers that forbid caching."""

import re
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

import orjson
from flask import current_app, g

from ..scim import urns
from ..scim.errors import PreconditionFailed
from ..scim.listing import list_begin
from ..scim.version import is_known
from .call_looks import LONGEST_LIST, LONGEST_PAGE, LONGEST_WHOLE, left_out_of

MEDIA_TYPE = "application/scim+json"
TAKEN = f"{MEDIA_TYPE}, application/json"  # as the media type of a body
_TYPE, _PLAIN_TYPE = ("Content-Type", MEDIA_TYPE), ("Content-Type", "application/json")
_UNCACHED = ("Cache-Control", "no-store")
_GROUP, _MEMBERS, _NEXT_MEMBER = f'{{"schemas":["{urns.CORE_GROUP}"]'.encode(), b',"members":[', b'},{"value":"'
_NOT_IN_A_REALM = re.compile(r"[^ !#-\[\]-~]")  # a quoted string, with nothing to escape (RFC 9110 §5.6.4)
_JOINED = 64 * 1024  # bytes up to which the pieces of an answer are copied into one instead of sent separately
_LINES = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}


class Excerpt(NamedTuple):
    """The ``text`` that the log keeps of an answer made of resources, and facts that spare the log parsing it.

    ``only`` is the resource if it is a single one, ``scim_id`` its id if known; ``total`` and ``shown`` are the numbers of a
    list, None for a resource. ``is_clean``: ``text`` was masked and cut already, for all calls answered with it.
    """

    text: bytes
    has_long_lists: bool
    only: bytes | None = None
    scim_id: str | None = None
    total: int | None = None
    shown: int | None = None
    is_clean: bool = False


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
    members = document.members
    kept, has_long_lists = _shortened(document.text) if members is None else _first(document.text, *members[:2])
    excerpt = Excerpt(kept, has_long_lists, kept, document.id)
    return json_answer(document.text, status, headers, excerpt, b"" if members is None else members.text)


def kept_answer(text, etag, excerpt):
    """A cached JSON text; 304 when the client has it already."""
    headers = [("ETag", etag)]
    return _not_modified(headers) if _has_already(etag) else json_answer(text, 200, headers, excerpt)


def _has_already(etag):
    """Whether the reading client has this version. Raises PreconditionFailed if its If-Match names only other versions
    (RFC 9110 §13.1.1).
    """
    asked = g._get_current_object().asked
    wanted, known = asked.environ.get("HTTP_IF_MATCH"), asked.environ.get("HTTP_IF_NONE_MATCH")
    if wanted is None and not known or asked.method not in ("GET", "HEAD"):
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
    texts, total = found.texts, found.total
    begin = list_begin(total, len(texts), found.start_index, found.next_cursor)
    whole = _listed(begin, texts)
    if len(texts) <= LONGEST_PAGE and max(map(len, texts), default=0) <= LONGEST_WHOLE:
        kept, text, has_long_lists = texts, whole, False
    else:
        shortened = [*map(_shortened, texts[:LONGEST_PAGE])]
        kept, has_long_lists = [text for text, _ in shortened], any(is_long for _, is_long in shortened)
        left_out = [orjson.dumps(left_out_of(len(texts) - LONGEST_PAGE))] if len(texts) > LONGEST_PAGE else []
        text = _listed(begin, kept + left_out)
    only = kept[0] if kept and total == 1 else None
    return json_answer(whole, excerpt=Excerpt(text, has_long_lists, only, None, total, len(texts)))


def _listed(begin, texts):
    """A list with commas between its ``texts``, each of which is copied once."""
    pieces = [b","] * max(2 * len(texts) - 1, 0)
    pieces[::2] = texts
    return b"".join((begin, *pieces, b"]}"))


def _shortened(text):
    """``(a resource as the log keeps it, whether it may hold long lists)``. Of a group whose members come last, the first
    members are kept.

    Quotes inside strings are escaped, so these patterns never match inside a string.
    """
    begin = text.find(_MEMBERS) if len(text) > LONGEST_WHOLE and text.startswith(_GROUP) else -1
    if begin < 0 or not text.endswith(b"}]}"):
        return text, len(text) > LONGEST_WHOLE
    return _first(b"", text, text.count(_NEXT_MEMBER, begin) + 1, begin + len(_MEMBERS))


def _first(head, members, count, begin=0):
    """The same for a group in two texts: ``head``, and ``members``, which holds ``count`` members from ``begin`` on."""
    if len(head) + len(members) <= LONGEST_WHOLE:
        return head + members, False
    end = begin
    for _ in range(LONGEST_LIST):
        end = members.find(_NEXT_MEMBER, end + 1)
        if end < 0:
            return head + members, True
    left_out = orjson.dumps(left_out_of(count - LONGEST_LIST))
    return b"".join((head, members[: end + 1], b",", left_out, b"]}")), False


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
        headers.append(("Accept-Patch", TAKEN))  # RFC 5789 §3.1
    return Answer(b"", 200, headers)


def error_answer(error, headers=()):
    """The SCIM body of a refusal, with the challenge on 401 (RFC 7644 §2)."""
    answer = json_answer(error.to_dict(), error.status, headers)
    if error.status == 401:
        realm = _NOT_IN_A_REALM.sub("?", current_app.config["SETTINGS"].product_name)
        answer.headers.append(("WWW-Authenticate", f'Bearer realm="{realm}"'))
    g.scim_refusal = f"{error.status} {error.scim_type or ''}".strip()
    return answer

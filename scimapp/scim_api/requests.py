"""From HTTP to values: bodies, list parameters, projections and preconditions, checked once and bounded."""

from functools import lru_cache
from typing import NamedTuple

from flask import g
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from ..directory import clock, secrets
from ..resource_types.questions import asked
from ..scim import urns
from ..scim.cursor import Cursors
from ..scim.errors import InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, UnsupportedMediaType
from ..scim.filter import parse_filter
from ..scim.listing import Paging, parse_paging
from ..scim.path import resolve
from ..scim.projection import EVERYTHING, Projection
from ..scim.version import Precondition
from .escapes import unescaped
from .json_body import json_object
from .long_bodies import shortened

MAXIMUM_START = 2**31  # beyond the end of any list, within the integers of every database
LONGEST_LENGTH = 15  # digits of a Content-Length that is a number of bytes at all
LONGEST_KEPT = 500  # characters of parameters that are remembered as they were understood
_FILTER = "filter="
_ENCODED = "werkzeug.url_quote"  # the way of werkzeug with bytes that are no UTF-8
_MEDIA_TYPES = frozenset({"", "application/scim+json", "application/json", "text/json"})
# By their names in lower case: a filter in other letters is a filter, and leaving it out would answer with everybody.
_LIST_PARAMETERS = {
    name.lower(): name
    for name in (
        "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor", "attributes", "excludedAttributes",
    )
}  # fmt: skip


class OneList(NamedTuple):
    """A question for a list of one resource type: which part, what of each resource, and the values that its filter leaves
    open. ``cursors`` is None for a list by index.
    """

    paging: Paging
    projection: Projection
    cursors: Cursors | None
    question: object
    values: list


class PartOfAll(NamedTuple):
    """A question for a list of several types: ``filter`` is a tree or None, ``sort_by`` a path or None."""

    descending: bool
    paging: Paging
    projection: Projection
    cursors: Cursors | None
    filter: object
    sort_by: object


class _Beside(NamedTuple):
    """What stands beside the filter: ``given`` are all other parameters as they came."""

    given: dict
    sort_by: str  # "" for nothing
    descending: bool
    paging: Paging


def read_body(limit=None):
    """The JSON object of the request, of at most ``limit`` bytes (None: what the application takes).

    Raises InvalidSyntax, UnsupportedMediaType, and 413 through Flask.
    """
    held = g._get_current_object()
    sent = held.asked
    if limit is not None:
        sent.max_content_length = limit
    if sent.environ.get("CONTENT_TYPE") not in _MEDIA_TYPES and sent.mimetype not in _MEDIA_TYPES:
        raise UnsupportedMediaType("Send application/scim+json or application/json.")
    if sent.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without compression.")
    if "scim_body" not in held:  # a call that is made again has read it
        _take_body(held, sent)
    body = json_object(held.scim_body)
    held.scim_kept_body = shortened(held.scim_body, body)
    return body


def _take_body(held, sent):
    """Put the bytes of a body into ``held.scim_body``. Raises 413, and 400 for one that ends early, as ``get_data`` does, which
    looks at everything twice.
    """
    told, limit = sent.environ.get("CONTENT_LENGTH", ""), sent.max_content_length
    if not (told.isascii() and told.isdigit() and len(told) <= LONGEST_LENGTH):
        held.scim_body = sent.get_data()
        if sent.content_length is None and len(held.scim_body) >= limit:
            raise RequestEntityTooLarge  # a chunked body ends at the limit without a word
        return
    length = int(told)
    if length > limit:
        raise RequestEntityTooLarge
    raw = sent.environ["wsgi.input"].read(length)
    if len(raw) < length:
        raise ClientDisconnected
    held.scim_body = raw


def query_of(call, bound, parameters=None):
    """The OneList of the URL, or of a SearchRequest body. Raises InvalidFilter, InvalidValue, InvalidPath, Sensitive."""
    text, (given, sort_by, descending, paging) = _parted(parameters)
    described = bound.description

    def read():
        return _tree(call, text, described), _sort_path(sort_by, described)

    sent = (call.token.provider, text, sort_by, descending)
    question, values = asked(bound, call.addresses, sent, read)
    projection = _projection(given, described)
    cursors = _cursors(call, (described.name, text or "", sort_by, descending), paging)
    return OneList(paging, projection, cursors, question, values)


def queries_of(call, resource_types, parameters=None):
    """A PartOfAll for each of several resource types, for one list of all; raises as ``query_of``.

    An attribute that a type does not have is absent there; one to sort by has to be known to one of them.
    """
    text, beside = _parted(parameters)
    queries = [_part_of_all(call, text, beside, resource_type) for resource_type in resource_types]
    sort_by = beside.sort_by
    if sort_by and not any(query.sort_by for query in queries):
        raise InvalidPath(f"sortBy: no resource has an attribute {sort_by[:200]!r}")
    return queries


def _part_of_all(call, text, beside, resource_type):
    given, sort_by, descending, paging = beside
    return PartOfAll(
        descending=descending,
        paging=paging,
        projection=_projection(given, resource_type),
        cursors=_cursors(call, ("", text or "", sort_by, descending), paging),
        filter=_tree(call, text, resource_type, allows_foreign=True),
        sort_by=_sort_path(sort_by, resource_type, allows_foreign=True),
    )


def _parted(parameters):
    """``(text of the filter or None, _Beside)`` of a SearchRequest's parameters, or of the URL."""
    if parameters is None:
        return _from_url()
    text = parameters.pop("filter", None)
    if not isinstance(text, str | None):
        raise InvalidFilter("filter is a text")
    return text, _beside(parameters)


def _beside(given):
    return _Beside(given, _sort_text(given), _is_descending(given.get("sortOrder")), _paging(given))


def _sort_text(given):
    """What to sort by, "" for nothing."""
    text = given.get("sortBy")
    if not isinstance(text, str | None):
        raise InvalidPath("sortBy is the name of an attribute.")
    return text or ""


def _paging(given):
    paging = parse_paging(given.get("startIndex"), given.get("count"), given.get("cursor"))
    return paging if paging.start_index <= MAXIMUM_START else Paging(MAXIMUM_START, paging.count, paging.cursor)


def _tree(call, text, resource_type, allows_foreign=False):
    if not text:
        return None
    return parse_filter(text, resource_type, allows_foreign, call.rules.dialect.filter_names)


def search_request():
    """The parameters of a POST to ``.search`` (RFC 7644 §3.4.3). Raises InvalidSyntax."""
    body = read_body()
    schemas = body.get("schemas")
    if schemas is not None and not urns.is_listed(urns.SEARCH_REQUEST, schemas):
        raise InvalidSyntax(f"schemas must hold {urns.SEARCH_REQUEST}.")
    return _known(body.items())


def projection_of(resource_type):
    """The Projection that the URL asks for."""
    if not _environ().get("QUERY_STRING"):
        return EVERYTHING
    return _projection(_known(_pairs(_query_text())), resource_type)


def precondition():
    """The Precondition of a change, None when there is none."""
    environ = _environ()
    match, none_match = environ.get("HTTP_IF_MATCH"), environ.get("HTTP_IF_NONE_MATCH")
    return None if match is None and none_match is None else Precondition(match, none_match)


def _cursors(call, question, paging):
    """What makes and reads cursors; None for a list by index, which has none."""
    if paging.cursor is None:
        return None

    def sign(text):
        return secrets.derive("scim cursor", f"{call.scope.account_id} {call.token.id}", text)

    return Cursors(sign, question, paging.count, clock.now().timestamp())


def _query_text():
    return _environ().get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace")


def _environ():
    return g._get_current_object().asked.environ  # every look through the proxy would be three calls


def _from_url():
    """``(text of the filter or None, _Beside)``. Parameters are read as Flask's ``request.args`` reads them.

    A client sends other values in its filter and the same beside it, thousands of times.
    """
    filters, others = [], []
    for part in _query_text().split("&"):
        (filters if part[: len(_FILTER)].lower() == _FILTER else others).append(part)
    rest = "&".join(others)
    beside = (_kept_beside if len(rest) <= LONGEST_KEPT else _beside_in)(rest)
    if not filters:
        return beside
    if len(filters) > 1 or beside[0] is not None:
        raise InvalidValue("filter is given more than once.")
    return unescaped(filters[0][len(_FILTER) :], _ENCODED), beside[1]


def _beside_in(query):
    """As ``_from_url``; a filter is among these parameters where its name is written with escapes."""
    return _parted(_known(_pairs(query)))


_kept_beside = lru_cache(1_000)(_beside_in)


def _pairs(query):
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part:
            yield unescaped(name), unescaped(value, _ENCODED)


def _known(pairs):
    """The parameters that are known, by name; others are ignored (RFC 7644 §3.4.2). One that comes twice means nothing."""
    given = {}
    for spelled, value in pairs:
        name = _LIST_PARAMETERS.get(spelled.lower())
        if name in given:
            raise InvalidValue(f"{name} is given more than once.")
        if name is not None:
            given[name] = value
    return given


def _projection(given, resource_type):
    wanted, unwanted = given.get("attributes"), given.get("excludedAttributes")
    if wanted is None and unwanted is None:
        return EVERYTHING
    is_kept = all(isinstance(text, str | None) and len(text or "") <= LONGEST_KEPT for text in (wanted, unwanted))
    return (_kept_projection if is_kept else Projection.parse)(wanted, unwanted, resource_type)


_kept_projection = lru_cache(500)(Projection.parse)


def _sort_path(text, resource_type, allows_foreign=False):
    if not text:
        return None
    try:
        return resolve(text.strip(), resource_type)
    except InvalidPath:
        if allows_foreign:
            return None
        raise


def _is_descending(text):
    if text in (None, "") or str(text).lower() == "ascending":
        return False
    if str(text).lower() == "descending":
        return True
    raise InvalidValue("sortOrder is ascending or descending.")

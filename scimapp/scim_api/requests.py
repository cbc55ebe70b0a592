"""From HTTP to values: bodies, list parameters, projections and preconditions, checked once and bounded."""

from dataclasses import dataclass
from urllib.parse import unquote_plus

from flask import g
from werkzeug.exceptions import RequestEntityTooLarge

from ..directory import clock, secrets
from ..resource_types.questions import asked
from ..scim import urns
from ..scim.cursor import Cursors
from ..scim.errors import InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, UnsupportedMediaType
from ..scim.filter import parse_filter
from ..scim.listing import Paging, parse_paging
from ..scim.path import resolve
from ..scim.projection import EVERYTHING, Projection
from .gate import current_call
from .json_body import json_object

MAXIMUM_START = 2**31  # beyond the end of any list, within the integers of every database
_MEDIA_TYPES = frozenset({"", "application/scim+json", "application/json", "text/json"})
# By their names in lower case: a filter in other letters is a filter, and leaving it out would answer with everybody.
_LIST_PARAMETERS = {
    name.lower(): name
    for name in (
        "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor", "attributes", "excludedAttributes",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a list beside its filter: the order's direction, the part, and what of each resource."""

    descending: bool
    paging: Paging
    projection: Projection
    cursors: Cursors


@dataclass(frozen=True, slots=True)
class OneList(Query):
    """A question for a list of one resource type, with the values that its filter leaves open."""

    question: object
    values: list


@dataclass(frozen=True, slots=True)
class PartOfAll(Query):
    """A question for a list of several types: ``filter`` is a tree or None, ``sort_by`` a path or None."""

    filter: object
    sort_by: object


def read_body(limit=None):
    """The JSON object of the request, of at most ``limit`` bytes (None: what the application takes).

    Raises InvalidSyntax, UnsupportedMediaType, and 413 through Flask.
    """
    sent = g.asked
    if limit is not None:
        sent.max_content_length = limit
    if sent.environ.get("CONTENT_TYPE") not in _MEDIA_TYPES and sent.mimetype not in _MEDIA_TYPES:
        raise UnsupportedMediaType("Send application/scim+json or application/json.")
    if sent.environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body without compression.")
    raw = g.scim_body = sent.get_data()
    if sent.content_length is None and len(raw) >= sent.max_content_length:
        raise RequestEntityTooLarge  # a chunked body ends at the limit without a word
    return json_object(raw)


def query_of(bound, parameters=None):
    """The OneList of the URL, or of a SearchRequest body. Raises InvalidFilter, InvalidValue, InvalidPath, Sensitive."""
    given = _from_url() if parameters is None else parameters
    text, sort_by, described = _filter_text(given), _sort_text(given), bound.description
    paging, descending = _paging(given), _is_descending(given.get("sortOrder"))

    def read():
        return _tree(text, described), _sort_path(sort_by, described)

    call = current_call()
    sent = (call.rules.dialect.name, text, sort_by, descending)
    question, values = asked(bound, call.addresses, sent, read)
    projection = _projection(given, described)
    cursors = _cursors((described.name, text or "", sort_by, descending), paging)
    return OneList(descending, paging, projection, cursors, question, values)


def queries_of(resource_types, parameters=None):
    """A PartOfAll for each of several resource types, for one list of all; raises as ``query_of``.

    An attribute that a type does not have is absent there; one to sort by has to be known to one of them.
    """
    given = _from_url() if parameters is None else parameters
    queries = [_part_of_all(given, resource_type) for resource_type in resource_types]
    sort_by = _sort_text(given)
    if sort_by and not any(query.sort_by for query in queries):
        raise InvalidPath(f"sortBy: no resource has an attribute {sort_by[:200]!r}")
    return queries


def _part_of_all(given, resource_type):
    text, sort_by = _filter_text(given), _sort_text(given)
    paging, descending = _paging(given), _is_descending(given.get("sortOrder"))
    return PartOfAll(
        descending=descending,
        paging=paging,
        projection=_projection(given, resource_type),
        cursors=_cursors(("", text or "", sort_by, descending), paging),
        filter=_tree(text, resource_type, allows_foreign=True),
        sort_by=_sort_path(sort_by, resource_type, allows_foreign=True),
    )


def _filter_text(given):
    text = given.get("filter")
    if not isinstance(text, str | None):
        raise InvalidFilter("filter is a text")
    return text


def _sort_text(given):
    """What to sort by, "" for nothing."""
    text = given.get("sortBy")
    if not isinstance(text, str | None):
        raise InvalidPath("sortBy is the name of an attribute.")
    return text or ""


def _paging(given):
    paging = parse_paging(given.get("startIndex"), given.get("count"), given.get("cursor"))
    return paging if paging.start_index <= MAXIMUM_START else Paging(MAXIMUM_START, paging.count, paging.cursor)


def _tree(text, resource_type, allows_foreign=False):
    if not text:
        return None
    return parse_filter(text, resource_type, allows_foreign, current_call().rules.dialect.filter_names)


def search_request():
    """The parameters of a POST to ``.search`` (RFC 7644 §3.4.3). Raises InvalidSyntax."""
    body = read_body()
    schemas = body.get("schemas")
    if schemas is not None and not (isinstance(schemas, list) and urns.SEARCH_REQUEST in schemas):
        raise InvalidSyntax(f"schemas must hold {urns.SEARCH_REQUEST}.")
    return _known(body.items())


def projection_of(resource_type):
    """The Projection that the URL asks for."""
    if not g.asked.environ.get("QUERY_STRING"):
        return EVERYTHING
    return _projection(_from_url(), resource_type)


def if_match():
    """The If-Match header, None when there is none."""
    return g.asked.environ.get("HTTP_IF_MATCH")


def _cursors(question, paging):
    """What makes and reads cursors; None for a list by index, which has none."""
    if paging.cursor is None:
        return None
    call = current_call()

    def sign(text):
        return secrets.derive("scim cursor", f"{call.scope.account_id} {call.token.id}", text)

    return Cursors(sign, question, paging.count, clock.now().timestamp())


def _from_url():
    """The parameters of the URL, as Flask's ``request.args`` reads them."""
    return _known(_pairs(g.asked.environ.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace")))


def _pairs(query):
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part:
            yield unquote_plus(name), unquote_plus(value, errors="werkzeug.url_quote")  # what is no UTF-8 stays encoded


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
    return Projection.parse(given.get("attributes"), given.get("excludedAttributes"), resource_type)


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

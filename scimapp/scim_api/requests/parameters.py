"""Parses the parameters of a list and the projection, from the URL or a SearchRequest, and the headers that make a change
conditional. Each is checked once and bounded.
"""

from functools import lru_cache
from typing import NamedTuple

from flask import g

from ...scim import urns
from ...scim.errors import InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue
from ...scim.listing import Paging, parse_paging
from ...scim.projection import EVERYTHING, Projection
from ...scim.values import shown
from ...scim.version import Precondition
from .bodies import read_body
from .escapes import unescaped, with_pluses

MAXIMUM_START = 2**31  # beyond the end of any list, within the integers of every database
LONGEST_KEPT = 500  # characters of parameters whose parsed form is kept
_FILTER = "filter="
_ENCODED = "werkzeug.url_quote"  # werkzeug's error handler for bytes that are not UTF-8
# By their names in lower case: ignoring a "Filter" in other letter case would answer with everybody.
_LIST_PARAMETERS = {
    name.lower(): name
    for name in (
        "filter", "sortBy", "sortOrder", "startIndex", "count", "cursor", "attributes", "excludedAttributes",
    )
}  # fmt: skip


class ListParameters(NamedTuple):
    """The parameters of a list other than the filter; ``given`` holds them as they came."""

    given: dict
    sort_by: str  # "" for nothing
    descending: bool
    paging: Paging


def list_parameters(parameters):
    """``(text of the filter or None, ListParameters)`` from the parameters of a SearchRequest, or of the URL if ``parameters``
    is None. Raises InvalidFilter, InvalidPath, InvalidValue.
    """
    if parameters is None:
        return _from_url()
    text = parameters.pop("filter", None)
    if not isinstance(text, str | None):
        raise InvalidFilter(f"filter must be a text, not {shown(text)}.")
    return text, _without_filter(parameters)


def search_request(dialect):
    """The parameters of a POST to ``.search`` (RFC 7644 §3.4.3). Raises InvalidSyntax."""
    body = read_body()
    schemas = next((value for name, value in body.items() if name.lower() == "schemas"), None)
    is_silent = schemas in (None, []) and dialect.tolerates_missing_schemas
    if not is_silent and not urns.is_listed(urns.SEARCH_REQUEST, schemas):
        raise InvalidSyntax(f"schemas must hold {urns.SEARCH_REQUEST}.")
    return _known(body.items())


def projection_of(described):
    """The Projection that the URL asks for; ``described`` is the resource type as the protocol knows it."""
    if not _environ().get("QUERY_STRING"):
        return EVERYTHING
    return projection_in(_known(_pairs(_query_text())), described)


def projection_in(given, described):
    """The Projection that parameters ask for. Raises InvalidValue."""
    wanted, unwanted = given.get("attributes"), given.get("excludedAttributes")
    if wanted is None and unwanted is None:
        return EVERYTHING
    is_kept = all(isinstance(text, str | None) and len(text or "") <= LONGEST_KEPT for text in (wanted, unwanted))
    return (_kept_projection if is_kept else Projection.parse)(wanted, unwanted, described)


_kept_projection = lru_cache(500)(Projection.parse)


def precondition():
    """The Precondition of a change, None when there is none."""
    environ = _environ()
    match, none_match = environ.get("HTTP_IF_MATCH"), environ.get("HTTP_IF_NONE_MATCH")
    return None if match is None and none_match is None else Precondition(match, none_match)


def _from_url():
    """``(text of the filter or None, ListParameters)``. Raises InvalidFilter.

    Parameters are decoded as Flask's ``request.args`` decodes them, but a filter that is not UTF-8 is refused: nobody
    would be found, and the client would add the person again.

    A client sends thousands of requests that differ only in the values of the filter, so the other parameters are cached.
    """
    filters, others = [], []
    for part in _query_text().split("&"):
        (filters if part[: len(_FILTER)].lower() == _FILTER else others).append(part)
    rest = "&".join(others)
    found = (_kept_in if len(rest) <= LONGEST_KEPT else _parameters_in)(rest)
    if not filters:
        return found
    if len(filters) > 1 or found[0] is not None:
        raise InvalidValue("filter is given more than once.")
    try:
        return unescaped(filters[0][len(_FILTER) :], "strict"), found[1]
    except UnicodeDecodeError as error:
        raise InvalidFilter("the filter holds an escape that is not UTF-8: é is %C3%A9") from error


def _parameters_in(query):
    """As ``_from_url``; ``query`` holds a filter only if its name is written with escapes."""
    return list_parameters(_known(_pairs(query)))


_kept_in = lru_cache(1_000)(_parameters_in)


def _query_text():
    return with_pluses(_environ().get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace"))


def _environ():
    return g._get_current_object().request.environ  # each access through the proxy would cost three function calls


def _pairs(query):
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if part:
            yield unescaped(name), unescaped(value, _ENCODED)


def _known(pairs):
    """The known parameters by name; others are ignored (RFC 7644 §3.4.2). Raises InvalidValue for one that is repeated,
    because it is unclear which value is meant.
    """
    given = {}
    for spelled, value in pairs:
        name = _LIST_PARAMETERS.get(spelled.lower())
        if name in given:
            raise InvalidValue(f"{name} is given more than once.")
        if name is not None:
            given[name] = value
    return given


def _without_filter(given):
    return ListParameters(given, _sort_text(given), _is_descending(given.get("sortOrder")), _paging(given))


def _sort_text(given):
    """The attribute to sort by, "" for none."""
    text = given.get("sortBy")
    if not isinstance(text, str | None):
        raise InvalidPath(f"sortBy must be the name of an attribute, not {shown(text)}.")
    return text or ""


def _is_descending(text):
    if text in (None, "") or str(text).lower() == "ascending":
        return False
    if str(text).lower() == "descending":
        return True
    raise InvalidValue(f"sortOrder must be ascending or descending, not {shown(text)}.")


def _paging(given):
    paging = parse_paging(given.get("startIndex"), given.get("count"), given.get("cursor"))
    return paging if paging.start_index <= MAXIMUM_START else Paging(MAXIMUM_START, paging.count, paging.cursor)

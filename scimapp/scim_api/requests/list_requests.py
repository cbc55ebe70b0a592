"""Turns the parameters of a request into the query for a list: of one resource type, or of all of them at once."""

from typing import NamedTuple

from ...directory import clock, secrets
from ...resource_types.queries.questions import question_of
from ...scim.cursor import Cursors
from ...scim.errors import InvalidPath
from ...scim.filter import parse_filter
from ...scim.listing import Paging
from ...scim.path import resolve
from ...scim.projection import Projection
from .parameters import list_parameters, projection_in


class OneList(NamedTuple):
    """A query for a list of one resource type: the page, the projection, and the values of its filter. ``cursors`` is None
    for a list by index.
    """

    paging: Paging
    projection: Projection
    cursors: Cursors | None
    question: object
    values: list


class PartOfAll(NamedTuple):
    """A query for a list of several types: ``filter`` is a tree or None, ``sort_by`` a path or None."""

    descending: bool
    paging: Paging
    projection: Projection
    cursors: Cursors | None
    filter: object
    sort_by: object


def query_of(call, resource_type, parameters=None):
    """The OneList of the URL, or of a SearchRequest body. Raises InvalidFilter, InvalidValue, InvalidPath, Sensitive."""
    text, (given, sort_by, descending, paging) = list_parameters(parameters)
    described = resource_type.description

    def read():
        return _tree(call, text, described), _sort_path(sort_by, described)

    sent = (call.token.provider, text, sort_by, descending)
    question, values = question_of(resource_type, call.addresses, sent, read)
    projection = projection_in(given, described)
    cursors = _cursors(call, (described.name, text or "", sort_by, descending), paging)
    return OneList(paging, projection, cursors, question, values)


def queries_of(call, resource_types, parameters=None):
    """A PartOfAll for each of several resource types, for one common list; raises as ``query_of``.

    An attribute that a type lacks counts as absent. At least one type must have the attribute to sort by.
    """
    text, others = list_parameters(parameters)
    queries = [_part_of_all(call, text, others, resource_type.description) for resource_type in resource_types]
    sort_by = others.sort_by
    if sort_by and not any(query.sort_by for query in queries):
        raise InvalidPath(f"sortBy: no resource has an attribute {sort_by[:200]!r}")
    return queries


def _part_of_all(call, text, others, described):
    given, sort_by, descending, paging = others
    return PartOfAll(
        descending=descending,
        paging=paging,
        projection=projection_in(given, described),
        cursors=_cursors(call, ("", text or "", sort_by, descending), paging),
        filter=_tree(call, text, described, allows_foreign=True),
        sort_by=_sort_path(sort_by, described, allows_foreign=True),
    )


def _tree(call, text, described, allows_foreign=False):
    if not text:
        return None
    return parse_filter(text, described, allows_foreign, call.rules.dialect.filter_names)


def _sort_path(text, described, allows_foreign=False):
    if not text:
        return None
    try:
        return resolve(text.strip(), described)
    except InvalidPath as error:
        if allows_foreign:
            return None
        raise error.within("sortBy") from error


def _cursors(call, question, paging):
    """What makes and reads cursors; None for a list by index."""
    if paging.cursor is None:
        return None

    owner = f"{call.scope.account_id} {call.token.id}"

    def sign(text):
        return secrets.derive("scim cursor", owner, text)

    return Cursors(sign, question, paging.count, clock.now().timestamp())

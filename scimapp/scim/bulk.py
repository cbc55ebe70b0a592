"""Bulk requests as values: the operations, their references, and the order to carry them out in (RFC 7644 §3.7).

An operation refers to a resource that another one creates by ``bulkId:x``, in a path, as a value, or at the end of a
URI. The operation referred to is carried out first, wherever it stands. If two refer to each other, the first resource
is created without the reference and completed once the other exists.
"""

import json
import re

from msgspec import Struct

from . import urns
from .errors import InvalidSyntax, InvalidValue, PayloadTooLarge, ScimError

MAXIMUM_OPERATIONS = 1_000
METHODS = ("POST", "PUT", "PATCH", "DELETE")
LONGEST_ID = 256  # characters of a bulkId
_MARK = "bulkId:"
_REFERENCE = re.compile(r'(?<![^/"])bulkId:([^"/\]\s]{1,256})')  # at the start, after a slash, or in quotes


class BulkOperation(Struct, frozen=True):
    """One operation. ``place`` is 1-based; ``references`` are the bulkIds that its path or data name; ``problem`` is a
    ScimError that keeps it from being carried out.
    """

    place: int
    method: str
    path: str
    bulk_id: str | None = None
    version: str | None = None
    data: object = None
    references: frozenset = frozenset()
    problem: ScimError | None = None


class Step(Struct, frozen=True):
    """Carry out ``operation`` without the references in ``without``; or, if ``completes``, add those it lacked."""

    operation: BulkOperation
    without: frozenset = frozenset()
    completes: bool = False


def may_refer(raw):
    """Whether a body, in bytes, may hold a reference. An escape could hide one, so a body with escapes may."""
    return _MARK.encode() in raw or b"\\u" in raw


def parse_bulk(body, *, refers=True):
    """``(operations, failOnErrors or None)`` of a BulkRequest; ``refers``: what ``may_refer`` says of it.

    An error in a single operation goes into its ``problem``. Raises InvalidSyntax, InvalidValue, PayloadTooLarge for errors
    of the whole request.
    """
    if not isinstance(body, dict):
        raise InvalidSyntax("the body must be one JSON object")
    given = {name.lower(): value for name, value in body.items()}
    if not urns.is_listed(urns.BULK_REQUEST, given.get("schemas")):
        raise InvalidSyntax(f"schemas must hold {urns.BULK_REQUEST}.")
    listed = given.get("operations")
    if not isinstance(listed, list) or not listed:
        raise InvalidSyntax("Operations must be a list of at least one operation.")
    if len(listed) > MAXIMUM_OPERATIONS:
        raise PayloadTooLarge(f"{len(listed)} operations are more than maxOperations, which is {MAXIMUM_OPERATIONS}.")
    limit = given.get("failonerrors")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 1):
        raise InvalidValue("failOnErrors is a whole number of at least 1.")
    seen = set()
    return tuple([_operation(place, item, seen, refers) for place, item in enumerate(listed, 1)]), limit


def makers_of(operations):
    """``{bulkId: operation}`` of those that create a resource. Of several with one bulkId only one has no problem: that one."""
    creating = [operation for operation in operations if operation.method == "POST"]
    creating.sort(key=lambda operation: operation.problem is None)
    return {operation.bulk_id: operation for operation in creating}


def plan(operations):
    """The Steps of a request, in an order in which every reference is known when it is needed."""
    if not any(operation.references for operation in operations):
        return list(map(Step, operations))
    makers = makers_of(operations)
    references = {operation.place: sorted(operation.references & makers.keys()) for operation in operations}
    steps, begun, placed, circular = [], set(), set(), {}
    for first in operations:
        stack = [first]
        while stack:
            operation = stack[-1]
            if operation.place in placed:
                stack.pop()
                continue
            begun.add(operation.place)
            missing = [makers[name] for name in references[operation.place] if makers[name].place not in placed]
            ahead = next((other for other in missing if other.place not in begun), None)
            if ahead is not None:
                stack.append(ahead)
                continue
            stack.pop()
            placed.add(operation.place)
            steps.append(Step(operation, frozenset(other.bulk_id for other in missing)))
            for other in missing:
                circular.setdefault(operation.place, (operation, set()))[1].add(other.place)
            steps += _completed(circular, placed)
    return steps


def resolve(value, ids):
    """``value`` with every reference of ``ids`` (``{bulkId: id}``) replaced; others stay as they are."""
    return _walk(value, lambda text: _REFERENCE.sub(lambda found: ids.get(found[1], found[0]), text))


def unresolved(value):
    """The bulkIds that a value still refers to, in order of their names."""
    found = set()
    _walk(value, lambda text: found.update(_REFERENCE.findall(text)) or text)
    return sorted(found)


def leaving_out(value, names):
    """``value`` without the elements and attributes that refer to ``names``, and without what that leaves empty."""
    if isinstance(value, dict):
        if isinstance(value.get("value"), str) and names.intersection(_REFERENCE.findall(value["value"])):
            return None
        kept = {key: leaving_out(item, names) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    if isinstance(value, list):
        kept = [leaving_out(item, names) for item in value]
        return [item for item in kept if item is not None] or None
    if isinstance(value, str) and names.intersection(_REFERENCE.findall(value)):
        return None
    return value


def _operation(place, item, seen, refers):
    """One operation of the body. A repeated bulkId is a problem of the operation."""
    if not isinstance(item, dict):
        return BulkOperation(place, "", "", problem=InvalidSyntax("an operation is a JSON object"))
    given = {name.lower(): value for name, value in item.items()}
    method, path, bulk_id, version = (given.get(name) for name in ("method", "path", "bulkid", "version"))
    data, references = given.get("data"), frozenset()
    method, shown_path = (text if isinstance(text, str) else "" for text in (method, path))
    problem = _problem(method.upper(), path, bulk_id, version, data, seen)
    if isinstance(bulk_id, str) and problem is None:
        seen.add(bulk_id)
    kept = bulk_id if isinstance(bulk_id, str) else None
    if refers and _MARK in json.dumps([shown_path, data]):  # a walk through all texts takes many times as long
        references = frozenset(unresolved([shown_path, data]))
    return BulkOperation(place, method.upper(), shown_path, kept, version, data, references, problem)


def _problem(method, path, bulk_id, version, data, seen):
    if method not in METHODS:
        return InvalidSyntax(f"method is one of {', '.join(METHODS)}")
    if not isinstance(path, str) or not path.startswith("/"):
        return InvalidSyntax("path is relative to the base URL, such as /Users or /Users/<id>")
    if bulk_id is None and method == "POST":
        return InvalidSyntax("bulkId is needed with POST")
    if bulk_id is not None and (not isinstance(bulk_id, str) or not 0 < len(bulk_id) <= LONGEST_ID):
        return InvalidSyntax(f"bulkId is a text of 1 to {LONGEST_ID} characters")
    if bulk_id in seen:
        return InvalidValue(f"the bulkId {bulk_id!r} stands in an operation before")
    if version is not None and not isinstance(version, str):
        return InvalidSyntax("version is a text, as in meta.version")
    if method != "DELETE" and not isinstance(data, dict):
        return InvalidSyntax(f"data is needed with {method}: the body of the request")
    return None


def _completed(circular, placed):
    """The Steps that complete operations whose references have all been carried out by now."""
    ready = [place for place, (_, missing) in circular.items() if missing <= placed]
    return [Step(circular.pop(place)[0], completes=True) for place in ready]


def _walk(value, change):
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _walk(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, change) for item in value]
    return value

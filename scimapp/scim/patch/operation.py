"""Parses a PATCH body: every operation gets a path; an operation with a value but no path becomes several.

``{"op": "replace", "value": {"active": false, "title": "Cook"}}`` is read as two replacements with paths, which is what
the standard says it means (RFC 7644 §3.5.2.1, §3.5.2.3).
"""

from msgspec import Struct
from msgspec.structs import replace

from .. import urns
from ..errors import ArchivedPath, InvalidPath, InvalidSyntax, InvalidValue, NoTarget, ScimError, UnknownPath
from ..path import AttributePath, parse_path
from ..values import shown
from ..warnings import archived, unknown, warn
from .dialects import elements_that_leave
from .element_paths import read_path

OPERATIONS = ("add", "remove", "replace")
MAXIMUM_OPERATIONS = 1_000


class Operation(Struct, frozen=True):
    """One change. ``position`` is 1-based, for messages; ``is_implied`` marks a path that was a key of a value."""

    op: str
    path: AttributePath
    value: object = None
    position: int = 1
    is_implied: bool = False


def parse_patch(body, resource_type, dialect, warnings=None):
    """The operations of a PATCH body in order; the list ``warnings`` receives notes on what is ignored.

    Raises InvalidSyntax, InvalidPath, InvalidFilter, InvalidValue, NoTarget, each naming the operation.
    """
    if not isinstance(body, dict):
        raise InvalidSyntax("the body must be one JSON object")
    _check_schemas(body, dialect)
    listed = _value_of(body, "operations")
    if not isinstance(listed, list) or not listed:
        raise InvalidSyntax("Operations must be a list of one or more operations")
    if len(listed) > MAXIMUM_OPERATIONS:
        raise InvalidSyntax(f"at most {MAXIMUM_OPERATIONS} operations in one request")
    found = []
    for position, raw in enumerate(listed, 1):
        try:
            found.extend(_read(raw, position, resource_type, dialect, [] if warnings is None else warnings))
        except ScimError as error:
            raise error.within(f"operation {position}") from error
    return tuple(found)


def _read(raw, position, resource_type, dialect, warnings):
    """The operations that one entry of the list stands for."""
    if not isinstance(raw, dict):
        raise InvalidSyntax(f"an object is expected, not {shown(raw)}")
    operation = {name.lower(): value for name, value in raw.items() if name.lower() in ("op", "path", "value")}
    for amend in dialect.amendments:
        operation = amend(operation, resource_type)
    if operation.get("op") not in OPERATIONS:
        came = f", not {shown(operation['op'])}" if "op" in operation else ""
        raise InvalidSyntax(f"op must be add, remove or replace{came}")
    if operation.get("path") in (None, "") or _is_schema(operation["path"], resource_type):
        operation.pop("path", None)
        yield from _from_value(operation, position, resource_type, dialect, warnings)
        return
    try:
        path = read_path(operation["path"], resource_type)
    except ArchivedPath:
        warn(warnings, archived(str(operation["path"])))
        return
    except UnknownPath:
        if dialect.ignores_unknown_paths:
            warn(warnings, unknown(str(operation["path"])))
            return
        raise
    if operation["op"] != "remove" and "value" not in operation:
        raise InvalidValue(f"{operation['op']} needs a value")
    yield from _plain(Operation(operation["op"], path, operation.get("value"), position), dialect)


def _from_value(operation, position, resource_type, dialect, warnings):
    """An operation without a path: each key of its value names an attribute or an extension.

    X-10, Entra with ``aadOptscim062020``. Sent: ``{"name.givenName": "A", "urn:…:User:department": "B"}``. Meant: one
    operation for each key, with the key as its path.
    """
    if operation["op"] == "remove":
        raise NoTarget("remove needs a path")
    value = operation.get("value")
    if not isinstance(value, dict):
        came = f", not {shown(value)}" if "value" in operation else ""
        raise InvalidValue(f"{operation['op']} without a path needs an object of attributes as value{came}")
    for key, item in value.items():
        if key.lower() == "schemas":
            continue
        if _is_schema(key, resource_type):
            yield from _from_value(operation | {"value": item}, position, resource_type, dialect, warnings)
            continue
        one = {"op": operation["op"], "path": key, "value": item}
        for amend in dialect.amendments:
            one = amend(one, resource_type)
        try:
            path = parse_path(one["path"], resource_type)
        except ArchivedPath:
            warn(warnings, archived(key))
            continue
        except InvalidPath as error:
            if dialect.ignores_unknown_values and (isinstance(error, UnknownPath) or "[" not in key):
                warn(warnings, unknown(key))
                continue
            raise
        if not dialect.keys_are_paths and (path.sub or path.filter or (path.container and path.attribute)):
            raise InvalidPath(f"{path}: without a path the keys of a value are attributes and extensions")
        yield from _plain(Operation(one["op"], path, one["value"], position, is_implied=True), dialect)


def _plain(operation, dialect):
    """An operation as it is, or those that a list with elements to delete stands for."""
    path = operation.path
    is_list = path.attribute is not None and path.attribute.multi_valued and not (path.sub or path.filter)
    if not is_list or operation.op == "remove" or not dialect.elements_may_leave:
        yield operation
        return
    leaving, rest = elements_that_leave(path, operation.value)
    for tree in leaving:
        yield replace(operation, op="remove", path=replace(path, filter=tree), value=None)
    if rest or not leaving:
        yield replace(operation, op="add", value=rest) if leaving else operation


def _is_schema(name, resource_type):
    """Whether a path or a key is the URN of the resource's own schema, which stands for the resource itself."""
    return isinstance(name, str) and name.strip().lower() == resource_type.schema.id.lower()


def _check_schemas(body, dialect):
    listed = _value_of(body, "schemas")
    if listed in (None, []) and dialect.tolerates_missing_schemas:
        return
    if not urns.is_listed(urns.PATCH_OP, listed):
        raise InvalidSyntax(f"schemas must hold {urns.PATCH_OP}")


def _value_of(body, name):
    return next((value for key, value in body.items() if key.lower() == name), None)

"""Turns the JSON of a POST or PUT into a checked representation: canonical names, checked types, nothing unknown.

readOnly attributes are ignored, ``password`` is accepted and dropped, unknown attributes and containers are left out and
named as warnings (RFC 7644 §3.3, §3.5.1).
"""

from msgspec import Struct

from . import urns
from .checker import Checker, meet_again
from .errors import InvalidSyntax, InvalidValue
from .values import is_empty, shown
from .warnings import unknown


class Validated(Struct, frozen=True):
    """A checked body. ``cleared`` names what the body sets to null, [] or "" — absent, but on purpose."""

    representation: dict
    warnings: tuple
    cleared: frozenset


def validate(body, resource_type, dialect):
    """Check the body of a POST or PUT. Raises InvalidSyntax, InvalidValue."""
    if not isinstance(body, dict):
        raise InvalidSyntax("the body must be one JSON object")
    _check_schemas(body, resource_type, dialect)
    for amend in dialect.body_amendments:
        body = amend(body, resource_type)
    checker, representation, cleared = Checker(dialect), {}, set()
    for name, value in body.items():
        if ":" not in name:
            _take(resource_type, name, value, None, checker, representation, cleared)
        elif (extension := resource_type.extension(name)) is not None:
            _take_extension(extension, value, checker, representation, cleared)
        elif name.lower() == resource_type.schema.id.lower() and isinstance(value, dict):
            for inner, item in value.items():
                _take(resource_type, inner, item, None, checker, representation, cleared)
        else:
            _take(resource_type, name, value, None, checker, representation, cleared)
    for attribute in resource_type.schema.attributes:
        if attribute.required and representation.get(attribute.name) in (None, "", []):
            raise InvalidValue(f"{attribute.name} is required")
    return Validated(representation, tuple(checker.warnings), frozenset(cleared))


def _take_extension(schema, value, checker, representation, cleared):
    if is_empty(value):
        cleared.add(schema.id)
        return
    if not isinstance(value, dict):
        raise InvalidValue(f"{schema.id}: an object is expected, not {shown(value)}")
    container = representation.setdefault(schema.id, {})
    for name, item in value.items():
        _take(schema, name, item, schema.id, checker, container, cleared)
    if not container:
        del representation[schema.id]
        cleared.add(schema.id)


def _take(schema, name, value, container, checker, into, cleared):
    """Put one attribute of the body into ``into``, or note why it is ignored.

    X-06 and X-07, Okta. Sent: ``id``, ``meta`` and ``groups`` as they were told, and a placeholder ``password``. Meant:
    nothing (RFC 7644 §3.3, §3.5.1).
    """
    attribute = schema.find(name)
    if attribute is None:
        checker.warn(unknown(name, container))
        return
    if attribute.is_read_only or attribute.name == "schemas" or attribute.mutability == "writeOnly":
        return
    where = f"{container}:{attribute.name}" if container else attribute.name
    checked = checker.attribute(attribute, value, where)
    if checked is None:
        cleared.add(where)
        return
    if attribute.name in into:
        meet_again(into[attribute.name], checked, where)
    into[attribute.name] = checked


def _check_schemas(body, resource_type, dialect):
    listed = body.get("schemas")
    if listed is None:
        listed = next((value for name, value in body.items() if name.lower() == "schemas"), None)
    if listed in (None, []) and dialect.tolerates_missing_schemas:
        return
    if not isinstance(listed, list) or set(map(type, listed)) != {str}:
        raise InvalidSyntax(f"schemas must be a list that holds {resource_type.schema.id}")
    if dialect.is_strict and not urns.is_listed(resource_type.schema.id, listed):
        raise InvalidSyntax(f"schemas must hold {resource_type.schema.id}")

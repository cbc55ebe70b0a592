"""Turns the JSON of a POST or PUT into a checked representation: canonical names, checked types, nothing unknown.

readOnly attributes are ignored, ``password`` is accepted and dropped, unknown attributes and containers are left out and
named as warnings (RFC 7644 §3.3, §3.5.1).
"""

from msgspec import Struct

from . import urns
from .checker import Checker, meet_again
from .errors import InvalidSyntax, InvalidValue
from .values import is_empty, shown
from .warnings import archived, unknown


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
    taken = _Taken(dialect)
    for name, value in body.items():
        if ":" not in name:
            taken.take(resource_type, name, value)
        elif (extension := resource_type.extension(name)) is not None:
            taken.take_extension(extension, value)
        elif name.lower() == resource_type.schema.id.lower() and isinstance(value, dict):
            for inner, item in value.items():
                taken.take(resource_type, inner, item)
        else:
            taken.take(resource_type, name, value)
    for attribute in resource_type.schema.attributes:
        if attribute.required and taken.representation.get(attribute.name) in (None, "", []):
            raise InvalidValue(f"{attribute.name} is required")
    return Validated(taken.representation, tuple(taken.checker.warnings), frozenset(taken.cleared))


class _Taken:
    """What was taken of a body so far."""

    def __init__(self, dialect):
        self.checker, self.representation, self.cleared = Checker(dialect), {}, set()

    def take(self, schema, name, value, urn=None):
        """Take one attribute, below the URN of an extension or a core one, or note why it is ignored.

        X-06 and X-07, Okta. Sent: ``id``, ``meta`` and ``groups`` as they were told, and a placeholder ``password``. Meant:
        nothing (RFC 7644 §3.3, §3.5.1).
        """
        attribute = schema.find(name)
        if attribute is None:
            self.checker.warn(archived(name) if urn and name.lower() in schema.archived else unknown(name, urn))
            return
        if attribute.is_read_only or attribute.name == "schemas" or attribute.mutability == "writeOnly":
            return
        where = f"{urn}:{attribute.name}" if urn else attribute.name
        checked = self.checker.attribute(attribute, value, where)
        if checked is None:
            self.cleared.add(where)
            return
        into = self.representation if urn is None else self.representation[urn]
        if attribute.name in into:
            meet_again(into[attribute.name], checked, where)
        into[attribute.name] = checked

    def take_extension(self, schema, value):
        """Take all attributes below the URN of an extension."""
        if is_empty(value):
            self.cleared.add(schema.id)
            return
        if not isinstance(value, dict):
            raise InvalidValue(f"{schema.id}: an object is expected, not {shown(value)}")
        container = self.representation.setdefault(schema.id, {})
        for name, item in value.items():
            self.take(schema, name, item, schema.id)
        if not container:
            del self.representation[schema.id]
            self.cleared.add(schema.id)


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

"""Attribute paths: parses a text and finds the attribute it names (RFC 7644 §3.5.2, figure 7, and §3.10).

A path names a core attribute (``name.givenName``), an extension attribute (``urn:…:User:department``), a whole
extension, or elements of a multi-valued attribute (``emails[type eq "work"].value``).
"""

import re
from functools import lru_cache

from msgspec import Struct

from .attributes import Attribute
from .errors import ArchivedPath, InvalidPath, UnknownPath
from .values import shown

MAXIMUM_PATH = 4096  # characters
KEPT_PATHS = 1_024
ANY = "any"  # the type of an attribute of another resource type
_NAME = re.compile(r"[A-Za-z$][A-Za-z0-9_$-]{0,127}")
_NAMES = re.compile(rf"{_NAME.pattern}(\.{_NAME.pattern})?")  # attribute and sub-attribute
_URN = re.compile(r"urn:[^\]\"]+", re.IGNORECASE)  # <Account ID> among it, which somebody forgot to fill in


class AttributePath(Struct, frozen=True):
    """Where a value stands.

    ``container`` is the URN of an extension, None for core attributes; ``attribute`` is None for a whole extension;
    ``filter`` selects elements. Inside a value filter paths are whole ones too: ``emails.type``.
    """

    container: str | None
    attribute: object
    sub: object = None
    filter: object = None

    def __str__(self):
        name = self.attribute.name if self.attribute else ""
        text = f"{self.container}:{name}" if self.container and name else self.container or name
        return f"{text}.{self.sub.name}" if self.sub else text

    @property
    def target(self):
        """The attribute or sub-attribute that is named last."""
        return self.sub or self.attribute

    @property
    def is_foreign(self):
        """Whether it names an attribute that this resource type lacks, see ``foreign``."""
        return self.attribute is not None and self.attribute.type == ANY


def split_schema(text, schema_ids):
    """Split ``urn:…:User:title`` into its schema id and the rest.

    Returns ``(schema_id, rest)``; ``schema_id`` is None for a short path such as ``name.givenName``, ``rest`` is "" when
    the path names the whole extension. The longest known id wins, so one id may begin another, and the dot of "2.0" is
    never taken for a sub-attribute. Case is ignored (RFC 7643 §2.1).

    Raises InvalidPath for a URN that none of ``schema_ids`` matches (RFC 7644 §3.10), UnknownPath where it could be one.
    """
    lowered = text.lower()
    for schema_id in sorted(schema_ids, key=len, reverse=True):
        if lowered == schema_id.lower():
            return schema_id, ""
        if lowered.startswith((schema_id.lower() + ":", schema_id.lower() + ".")):
            return schema_id, text[len(schema_id) + 1 :]
    if lowered.startswith("urn:"):
        raise _nothing(_URN, text, f"no schema of this resource matches {text[:200]!r}")
    return None, text


def resolve(text, resource_type):
    """The AttributePath of a path without a filter. Raises InvalidPath, UnknownPath, ArchivedPath."""
    schema_id, rest = split_schema(text, resource_type.schema_ids)
    container = schema_id if schema_id and schema_id != resource_type.schema.id else None
    if not rest:
        if container is None:
            raise InvalidPath(f"{text[:200]!r} names no attribute")
        return AttributePath(container, None)
    name, dot, sub_name = rest.partition(".")
    schema = resource_type.extension(container) if container else resource_type
    attribute = schema.find(name)
    if attribute is None and container and name.lower() in schema.archived:
        raise ArchivedPath(f"{resource_type.name} has {_shown(name)} no more: it is archived")
    if attribute is None:
        raise _nothing(_NAMES, rest, f"{resource_type.name} has no attribute {_shown(name)}")
    if not dot:
        return AttributePath(container, attribute)
    return AttributePath(container, attribute, _sub(attribute, sub_name))


def foreign(text):
    """The path of an attribute of another resource type: no resource of this one has a value there (RFC 7644 §3.4.2.1)."""
    return AttributePath(None, Attribute(text[:MAXIMUM_PATH], ANY, multi_valued=True))


def parse_path(text, resource_type):
    """The AttributePath of any PATCH path. Raises InvalidPath, UnknownPath, and InvalidFilter for a bad value filter."""
    if not isinstance(text, str):
        raise InvalidPath(f"path must be a text such as name.givenName, not {shown(text)}")
    if not text.strip():
        raise InvalidPath("the path is empty")
    text = text.strip()
    if len(text) > MAXIMUM_PATH:
        raise InvalidPath(f"the path is longer than {MAXIMUM_PATH} characters")
    return _parsed(text, resource_type)


@lru_cache(KEPT_PATHS)  # clients repeat the same few paths
def _parsed(text, resource_type):
    opening = text.find("[")
    if opening < 0:
        return resolve(text, resource_type)
    closing = _closing_bracket(text, opening)
    rest = text[closing + 1 :]
    if rest and not (rest.startswith(".") and _NAME.fullmatch(rest, 1)):
        raise InvalidPath(f"unexpected {rest[:40]!r} behind ] at position {closing + 2}")
    try:
        path = resolve(text[:opening], resource_type)
    except UnknownPath:
        _filter(text[opening + 1 : closing], foreign(text[:opening]), resource_type)  # which may be none either
        raise
    if path.attribute is None or path.sub is not None or not path.attribute.multi_valued:
        raise InvalidPath(f"{text[:opening][:200]!r} has no elements to select with [ ]")
    tree = _filter(text[opening + 1 : closing], path, resource_type)
    sub = _sub(path.attribute, rest[1:]) if rest else None
    return AttributePath(path.container, path.attribute, sub, tree)


def _filter(text, path, resource_type):
    from .filter.parser import parse_value_filter  # the filter grammar needs paths as well

    return parse_value_filter(text, path, resource_type)


def _sub(attribute, name):
    sub = attribute.find(name)
    if sub is None:
        raise _nothing(_NAME, name, f"{attribute.name} has no sub-attribute {_shown(name)}")
    return sub


def _nothing(form, text, complaint):
    """The error for a ``text`` that names nothing here: UnknownPath where some schema could have it, else InvalidPath."""
    return (UnknownPath if form.fullmatch(text) else InvalidPath)(complaint)


def _closing_bracket(text, opening):
    """The position of the ] that closes the filter; brackets inside quotes do not count. Linear."""
    position, quoted = opening + 1, False
    while position < len(text):
        character = text[position]
        if quoted and character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == "]" and not quoted:
            return position
        position += 1
    raise InvalidPath(f"missing ] for the [ at position {opening + 1}")


def _shown(name):
    """A name as an error shows it: only when it could be one, so that input is not echoed."""
    return repr(name) if _NAME.fullmatch(name) else "of that name"

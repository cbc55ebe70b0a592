"""``attributes`` and ``excludedAttributes`` (RFC 7644 §3.9), decided before anything is read.

"always" attributes cannot be excluded, "request" ones are returned only if named, "never" ones not at all. Unknown names are
ignored, as unknown parameters are.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from .errors import InvalidPath, InvalidValue
from .path import resolve

_ALWAYS = frozenset({"schemas", "id"})
MAXIMUM_NAMES = 200


@dataclass(frozen=True, slots=True)
class Projection:
    """Which attributes an answer holds. ``included`` None means all but ``excluded``.

    Both hold pairs ``(container, attribute, sub)`` of canonical names; a None stands for "the whole of it".
    ``is_everything``: nothing is taken away, so that a stored answer can be sent as it is.
    """

    included: frozenset | None = None
    excluded: frozenset = frozenset()
    is_everything: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "is_everything", self.included is None and not self.excluded)

    @classmethod
    def parse(cls, attributes, excluded, resource_type):
        """From two comma-separated texts or lists, either None. Raises InvalidValue when both are given."""
        wanted, unwanted = _names(attributes), _names(excluded)
        if wanted and unwanted:
            raise InvalidValue("attributes and excludedAttributes exclude each other: send one of them")
        if wanted:
            return cls(included=frozenset(_resolved(wanted, resource_type)))
        return cls(excluded=frozenset(_resolved(unwanted, resource_type)))

    def wants(self, name):
        """Whether any part of the core attribute (or extension URN) ``name`` is in the answer."""
        if name in _ALWAYS or self.is_everything:
            return True
        if self.included is None:
            return (None, name, None) not in self.excluded and (name, None, None) not in self.excluded
        return any(name in (container, attribute) for container, attribute, _ in self.included)

    def beyond(self, *names):
        """The Projection to apply yet to a resource that holds these core attributes (or extension URNs) only where they are
        wanted; None for nothing.
        """
        if self.is_everything:
            return None
        if self.included is not None:
            return self
        left_out = {(None, name, None) for name in names} | {(name, None, None) for name in names}
        return None if self.excluded <= left_out else self

    def apply(self, representation):
        """The representation with only the wanted attributes; ``schemas`` lists the extensions that are left."""
        shown = {}
        for name, value in representation.items():
            if name in _ALWAYS:
                shown[name] = value
            elif name.lower().startswith("urn:"):
                kept = {key: self._part(name, key, item) for key, item in value.items()}
                kept = {key: item for key, item in kept.items() if item is not None}
                if kept:
                    shown[name] = kept
            else:
                kept = self._part(None, name, value)
                if kept is not None:
                    shown[name] = kept
        if "schemas" in shown:
            shown["schemas"] = [urn for urn in shown["schemas"] if urn not in representation or urn in shown]
        return shown

    def _part(self, container, name, value):
        """What is left of one attribute, None for nothing."""
        is_whole, subs = _listed(self.excluded if self.included is None else self.included, container, name)
        if self.included is None:
            if is_whole:
                return None
            return _without(value, subs) if subs else value
        if is_whole:
            return value
        return _only(value, subs) if subs else None


@lru_cache(maxsize=1_024)  # asked for each attribute of each resource of a page
def _listed(listed, container, name):
    """``(whether an attribute is listed as a whole, its sub-attributes that are)``."""
    whole = {(container, name, None), (container, None, None)} if container else {(container, name, None)}
    subs = frozenset(sub for holder, attribute, sub in listed if (holder, attribute) == (container, name) and sub)
    return bool(whole & listed), subs


EVERYTHING = Projection()


def _names(value):
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise InvalidValue("attributes and excludedAttributes are lists of attribute names")
    names = [part.strip() for part in parts if part.strip()]
    if len(names) > MAXIMUM_NAMES:
        raise InvalidValue(f"attributes and excludedAttributes: at most {MAXIMUM_NAMES} names")
    return names


def _resolved(names, resource_type):
    core = resource_type.schema
    for name in names:
        if name.lower() == core.id.lower():  # as the URN of an extension: all that the schema defines
            yield from ((None, attribute.name, None) for attribute in core.attributes)
            continue
        try:
            path = resolve(name, resource_type)
        except InvalidPath:
            continue
        attribute = path.attribute.name if path.attribute else None
        yield path.container, attribute, path.sub.name if path.sub else None


def _without(value, subs):
    return _cut(value, lambda element: {key: item for key, item in element.items() if key not in subs})


def _only(value, subs):
    return _cut(value, lambda element: {key: item for key, item in element.items() if key in subs})


def _cut(value, cut):
    """A complex value or a list of them, cut; None if nothing is left, as an empty object is no value (RFC 7643 §2.5)."""
    if not isinstance(value, list):
        return cut(value) or None
    left = [element for element in map(cut, value) if element]
    return left if left or not value else None

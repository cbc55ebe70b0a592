"""Filters made by chance from the attribute table and from what the resources hold, so that they find some and not all."""

import json

from scimapp.scim.path import AttributePath
from scimapp.scim.schemas.common import COMMON_ATTRIBUTES
from tests.resource_types.generated_people import LONG, VALUES

_ORDER = ("eq", "ne", "gt", "ge", "lt", "le")
_OPERATORS = {
    "boolean": ("eq", "ne"), "binary": ("eq", "ne", "co", "sw", "ew"), "integer": _ORDER, "decimal": _ORDER,
    "dateTime": _ORDER,
}  # fmt: skip
_CUT = ("nickname", "displayname", "display")  # of longer texts co sees the beginning and ew nothing (docs/scim.md)
# Made when it is shown, or never to be searched.
UNSEARCHED = frozenset({"meta.version", "password"})


class Filters:
    """Draws filters for one resource type whose resources are ``documents``."""

    def __init__(self, dice, description, documents):
        self.dice, self.documents = dice, documents
        schemas = [(None, description.schema.attributes), (None, COMMON_ATTRIBUTES)]
        schemas += [(schema.id, schema.attributes) for schema in description.extensions]
        self.core = description.schema.id
        self.whole = [
            AttributePath(urn, item)
            for urn, attributes in schemas
            for item in attributes
            if item.name not in UNSEARCHED
        ]
        self.parts = [
            AttributePath(path.container, path.attribute, sub)
            for path in self.whole
            for sub in path.attribute.sub_attributes
            if f"{path.attribute.name}.{sub.name}" not in UNSEARCHED
        ]
        self.simple = [path for path in self.whole if not path.target.is_complex] + self.parts
        self.plural = [path for path in self.whole if path.attribute.multi_valued]
        self.containers = [schema.id for schema in description.extensions]

    def draw(self, depth=2):
        """The text of a filter."""
        if depth and self.dice.often(0.5):
            return self._joined(lambda: self.draw(depth - 1))
        if self.dice.often(0.25):
            return self._value_path(depth)
        if self.dice.often(0.15):
            return self._several()
        return self._about(self.dice.choice(self.simple), self._name) if self.dice.often(0.85) else self._presence()

    def _joined(self, one):
        if self.dice.often(0.25):
            return f"not ({one()})"
        return f"({one()} {self.dice.choice(('and', 'or', 'AND'))} {one()})"

    def _several(self):
        """One attribute compared again and again, as by a client that looks up many at once."""
        path = self.dice.choice(self.simple)
        terms = [self._about(path, self._name) for _ in range(self.dice.choice((2, 3, 6)))]
        return f"({' or '.join(terms)})"

    def _presence(self):
        return f"{self.dice.choice([*map(self._name, self.whole), *self.containers])} pr"

    def _about(self, path, name):
        attribute = path.target
        if self.dice.often(0.12):
            return f"{name(path)} pr"
        if self.dice.often(0.08):
            return f"{name(path)} {self.dice.choice(('eq', 'ne'))} null"
        operators = _OPERATORS.get(attribute.type, (*_ORDER, "co", "sw", "ew"))
        if attribute.name.lower() in _CUT:
            operators = tuple(item for item in operators if item not in ("co", "ew"))
        return f"{name(path)} {self.dice.choice(operators)} {json.dumps(self._literal(path))}"

    def _value_path(self, depth):
        path = self.dice.choice(self.plural)
        parts = [item for item in self.parts if item.attribute is path.attribute] or [path]

        def one():
            return self._about(self.dice.choice(parts), lambda inner: inner.sub.name if inner.sub else "value")

        inner = self._joined(one) if depth and self.dice.often(0.6) else one()
        end = self._about(self.dice.choice(parts), lambda inner: f".{inner.sub.name}") if path.target.is_complex else ""
        return f"{self._name(path)}[{inner}]{end if self.dice.often(0.2) else ''}"

    def _name(self, path):
        """A path as some client writes it: in other letters, or with its URN."""
        text = str(path)
        if path.container is None and self.dice.often(0.15) and path.attribute not in COMMON_ATTRIBUTES:
            text = f"{self.core}:{text}"
        return text.upper() if self.dice.often(0.1) else text

    def _literal(self, path):
        """A value that is there more often than not, perhaps only a part of it or in other letters."""
        held = self._held(path) if self.dice.often(0.7) else []
        value = self.dice.choice(held or VALUES[path.target.type])
        if path.target.type not in ("string", "reference", "binary") or not isinstance(value, str):
            return value
        if len(value) > len(LONG) - 20:
            return value[: self.dice.choice((5, 150))]
        start, end = (
            sorted(self.dice.sample(range(len(value) + 1), 2)) if len(value) > 1 and self.dice.often(0.3) else (0, None)
        )
        return value[start:end].swapcase() if self.dice.often(0.2) else value[start:end]

    def _held(self, path):
        holders = [item.get(path.container) or {} if path.container else item for item in self.documents]
        values = [holder.get(path.attribute.name) for holder in holders]
        flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
        if path.sub:
            flat = [item.get(path.sub.name) for item in flat if isinstance(item, dict)]
        return [item for item in flat if item is not None]

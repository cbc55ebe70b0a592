"""A resource type: a base schema with its extensions, and how names are found in them (RFC 7643 §6)."""

from dataclasses import dataclass, field

from . import urns
from .schemas.common import COMMON_ATTRIBUTES


@dataclass(frozen=True, slots=True, eq=False)
class ResourceType:
    """One kind of resource. ``endpoint`` is relative to the base URL, such as ``/Users``."""

    name: str
    endpoint: str
    description: str
    schema: object
    extensions: tuple = ()
    _extensions: dict = field(init=False, repr=False)
    _by_name: dict = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "_extensions", {schema.id.lower(): schema for schema in self.extensions})
        attributes = (*COMMON_ATTRIBUTES, *self.schema.attributes)
        object.__setattr__(self, "_by_name", {item.name.lower(): item for item in attributes})

    @property
    def schemas(self):
        """The base schema and its extensions."""
        return (self.schema, *self.extensions)

    @property
    def schema_ids(self):
        return tuple(schema.id for schema in self.schemas)

    def find(self, name):
        """The core or common attribute of this name, ignoring case, or None."""
        return self._by_name.get(name.lower())

    def extension(self, urn):
        """The extension schema with this URN, ignoring case, or None."""
        return self._extensions.get(urn.lower())

    def to_dict(self, location=None):
        """As ``/ResourceTypes`` shows it."""
        shown = {
            "schemas": [urns.RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": self.endpoint,
            "description": self.description,
            "schema": self.schema.id,
            "schemaExtensions": [{"schema": schema.id, "required": False} for schema in self.extensions],
        }
        if location:
            shown["meta"] = {"resourceType": "ResourceType", "location": location}
        return shown

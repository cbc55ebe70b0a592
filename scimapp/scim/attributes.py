"""Attributes and schemas with their characteristics (RFC 7643 §2.2, §7). The one table that everything reads."""

from dataclasses import dataclass, field

from . import urns


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """One attribute; the defaults are those of RFC 7643 §2.2.

    ``type``: string, boolean, decimal, integer, dateTime, binary, reference or complex.
    """

    name: str
    type: str = "string"
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: str = "readWrite"  # readOnly | readWrite | immutable | writeOnly
    returned: str = "default"  # always | never | default | request
    uniqueness: str = "none"  # none | server | global
    canonical_values: tuple = ()
    reference_types: tuple = ()
    sub_attributes: tuple = ()
    description: str = ""
    form: str = ""  # what scim.forms asks of its texts
    # Derived once from the others, because every value of every body needs them.
    is_complex: bool = field(init=False, repr=False)
    is_read_only: bool = field(init=False, repr=False)
    is_any_text: bool = field(init=False, repr=False)  # whether any storable text is accepted unchanged
    _by_name: dict = field(init=False, repr=False)

    def __post_init__(self):
        is_any_text = self.type == "string" and not (self.multi_valued or self.canonical_values or self.form)
        object.__setattr__(self, "is_complex", self.type == "complex")
        object.__setattr__(self, "is_read_only", self.mutability == "readOnly")
        object.__setattr__(self, "is_any_text", is_any_text)
        object.__setattr__(self, "_by_name", {sub.name.lower(): sub for sub in self.sub_attributes})

    def find(self, name):
        """The sub-attribute of this name, ignoring case, or None."""
        return self._by_name.get(name.lower())

    def to_dict(self, on_request=frozenset(), within=""):
        """As ``/Schemas`` shows it, every characteristic stated; ``within`` is the name of a complex attribute and a dot."""
        returned = "request" if within + self.name in on_request else self.returned
        shown = {
            "name": self.name,
            "type": self.type,
            "multiValued": self.multi_valued,
            "description": self.description,
            "required": self.required,
            "mutability": self.mutability,
            "returned": returned,
        }
        if not self.is_complex:
            shown |= {"caseExact": self.case_exact, "uniqueness": self.uniqueness}
        if self.canonical_values:
            shown["canonicalValues"] = list(self.canonical_values)
        if self.type == "reference":
            shown["referenceTypes"] = list(self.reference_types)
        if self.sub_attributes:
            shown["subAttributes"] = [sub.to_dict(on_request, f"{self.name}.") for sub in self.sub_attributes]
        return shown


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A schema: its URN and its attributes. ``archived`` are names in lower case of attributes that it has no more."""

    id: str
    name: str
    description: str
    attributes: tuple
    archived: frozenset = frozenset()
    _by_name: dict = field(init=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "_by_name", {attribute.name.lower(): attribute for attribute in self.attributes})

    def find(self, name):
        """The attribute of this name, ignoring case, or None."""
        return self._by_name.get(name.lower())

    def to_dict(self, location=None, on_request=frozenset()):
        """As ``/Schemas`` shows it (RFC 7643 §7). ``on_request`` are names such as ``manager.displayName`` of
        attributes that this client sees only when it asks for them.
        """
        shown = {
            "schemas": [urns.SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": [attribute.to_dict(on_request) for attribute in self.attributes],
        }
        if location:
            shown["meta"] = {"resourceType": "Schema", "location": location}
        return shown

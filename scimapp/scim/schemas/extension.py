"""The account's own extension, made from its custom fields."""

from msgspec import Struct

from ..attributes import Attribute, Schema


class ExtensionField(Struct, frozen=True):
    """One custom field as the protocol sees it. ``type`` is a simple SCIM type; ``description`` the label."""

    name: str
    type: str = "string"
    multi_valued: bool = False
    required: bool = False
    canonical_values: tuple = ()
    description: str = ""


def account_extension(urn, fields, archived=()):
    """The schema of an account's custom fields. ``archived`` are names that it had."""
    attributes = tuple(
        Attribute(
            field.name,
            field.type,
            multi_valued=field.multi_valued,
            required=field.required,
            canonical_values=tuple(field.canonical_values),
            reference_types=("external",) if field.type == "reference" else (),
            description=field.description,
        )
        for field in fields
    )
    had = frozenset(name.lower() for name in archived)
    return Schema(urn, "CustomFields", "Custom fields of this account", attributes, had)

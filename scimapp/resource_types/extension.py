"""The account's own schema extension, made from its custom fields."""

import orjson
from msgspec import Struct

from ..directory.fields.field_types import FIELD_TYPES, is_multi_valued
from ..scim import urns
from ..scim.attributes import Schema
from ..scim.schemas.extension import ExtensionField, account_extension


class Extension(Struct, frozen=True, eq=False):
    """The extension of one account. ``hidden`` are the Field IDs of archived fields, whose values stay stored."""

    urn: str
    schema: Schema
    hidden: frozenset

    def visible(self, text):
        """The stored custom values as a client may see them: JSON in bytes, None for none."""
        if not text or not self.hidden:
            return text
        kept = {name: value for name, value in orjson.loads(text).items() if name not in self.hidden}
        return orjson.dumps(kept) if kept else None


def extension_of(account_id, urn_prefix, fields):
    """The extension of an account with these custom fields, archived ones included."""
    live = [field for field in fields if field.archived_at is None]
    urn = urns.extension_urn(account_id, urn_prefix)
    hidden = frozenset(field.field_id for field in fields if field.archived_at is not None)
    schema = account_extension(urn, [_described(field) for field in live], hidden)
    return Extension(urn, schema, hidden)


def _described(field):
    """The field as a SCIM attribute. ``required`` binds only people at the screens and never blocks a directory."""
    kind = FIELD_TYPES[field.type]
    return ExtensionField(
        name=field.field_id,
        type=kind.scim_type,
        multi_valued=is_multi_valued(field),
        required=False,
        canonical_values=tuple(field.choices) if kind.has_choices else (),
        description=field.label,
    )

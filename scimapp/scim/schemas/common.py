"""Attributes that every resource has (RFC 7643 §3.1); ``/Schemas`` does not repeat them."""

from ..attributes import Attribute

# URNs are the same in any letter case here, as in paths and bodies.
COMMON_ATTRIBUTES = (
    Attribute("schemas", "reference", multi_valued=True, required=True, returned="always"),
    Attribute("id", case_exact=True, mutability="readOnly", returned="always", uniqueness="server"),
    Attribute("externalId", case_exact=True),
    Attribute(
        "meta", "complex", mutability="readOnly",
        sub_attributes=(
            Attribute("resourceType", case_exact=True, mutability="readOnly"),
            Attribute("created", "dateTime", mutability="readOnly"),
            Attribute("lastModified", "dateTime", mutability="readOnly"),
            Attribute("location", "reference", case_exact=True, mutability="readOnly", reference_types=("uri",)),
            Attribute("version", case_exact=True, mutability="readOnly"),
        ),
    ),
)  # fmt: skip

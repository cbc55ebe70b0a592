"""The core Group schema (RFC 7643 §4.2)."""

from .. import urns
from ..attributes import Attribute, Schema

GROUP_SCHEMA = Schema(
    urns.CORE_GROUP,
    "Group",
    "Group",
    (
        Attribute("displayName", required=True, description="The name of the group."),
        Attribute(
            "members", "complex", multi_valued=True,
            description="The people and groups in the group. Those who are not here are left out.",
            sub_attributes=(
                Attribute("value", mutability="immutable", case_exact=True, description="The member's id."),
                Attribute(
                    "$ref", "reference", mutability="immutable", case_exact=True, reference_types=("User", "Group"),
                    description="The member's address.",
                ),
                Attribute(
                    "type", mutability="immutable", canonical_values=("User", "Group"),
                    description="The kind of member.",
                ),
                Attribute("display", mutability="readOnly", description="The member's name."),
            ),
        ),
    ),
)  # fmt: skip

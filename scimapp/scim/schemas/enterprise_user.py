"""The enterprise User extension (RFC 7643 §4.3)."""

from .. import urns
from ..attributes import Attribute, Schema

ENTERPRISE_SCHEMA = Schema(
    urns.ENTERPRISE_USER,
    "EnterpriseUser",
    "Enterprise User",
    (
        Attribute("employeeNumber", description="A number or code given by the organisation."),
        Attribute("costCenter", description="Cost centre."),
        Attribute("organization", description="Organisation."),
        Attribute("division", description="Division."),
        Attribute("department", description="Department."),
        Attribute(
            "manager", "complex", description="The person's manager.",
            sub_attributes=(
                Attribute("value", case_exact=True, description="The manager's id."),
                Attribute(
                    "$ref", "reference", case_exact=True, reference_types=("User",),
                    description="The manager's address.",
                ),
                Attribute("displayName", mutability="readOnly", description="The manager's name."),
            ),
        ),
    ),
)  # fmt: skip

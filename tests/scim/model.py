"""The resource types that the tests of the protocol core speak about."""

from scimapp.scim import urns
from scimapp.scim.patch import apply_patch, parse_patch
from scimapp.scim.patch.dialects import DIALECTS
from scimapp.scim.resource_type import ResourceType
from scimapp.scim.schemas.core_group import GROUP_SCHEMA
from scimapp.scim.schemas.core_user import USER_SCHEMA
from scimapp.scim.schemas.enterprise_user import ENTERPRISE_SCHEMA
from scimapp.scim.schemas.extension import ExtensionField, account_extension

OWN_URN = urns.extension_urn("Ac1")
ENTERPRISE = urns.ENTERPRISE_USER
_FIELDS = (
    ExtensionField("EmpCode"),
    ExtensionField("badge", "integer"),
    ExtensionField("rate", "decimal"),
    ExtensionField("remote", "boolean"),
    ExtensionField("skills", multi_valued=True),
    ExtensionField("scores", "integer", multi_valued=True),
    ExtensionField("reviewed", "dateTime"),
)
USER = ResourceType("User", "/Users", "Person", USER_SCHEMA, (ENTERPRISE_SCHEMA, account_extension(OWN_URN, _FIELDS)))
GROUP = ResourceType("Group", "/Groups", "Group", GROUP_SCHEMA)
STRICT, OKTA, ENTRA = DIALECTS["strict"], DIALECTS["okta"], DIALECTS["entra"]


def ann(**changes):
    """A stored representation; None takes an attribute away."""
    whole = {
        "userName": "Ann@corp.example",
        "name": {"givenName": "Ann", "familyName": "Lee"},
        "active": True,
        "title": "Cook",
        "emails": [
            {"value": "ann@corp.example", "type": "work", "primary": True},
            {"value": "ann@home.example", "type": "home"},
        ],
        ENTERPRISE: {"department": "Kitchen", "manager": {"value": "42"}},
        OWN_URN: {"badge": 0, "remote": False, "skills": ["knives", "fire"]},
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def patched(*operations, of=None, dialect=OKTA, resource_type=USER):
    """The representation after the operations of one PATCH."""
    body = {"schemas": [urns.PATCH_OP], "Operations": list(operations)}
    before = ann() if of is None else of
    return apply_patch(parse_patch(body, resource_type, dialect), before, resource_type, dialect)

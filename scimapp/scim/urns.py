"""Schema and message URNs (RFC 7643 §10, RFC 7644 §8)."""

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
SERVICE_PROVIDER_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def is_listed(urn, schemas):
    """Whether a message that came with ``schemas`` is one of ``urn``; letter case makes no difference."""
    listed = schemas if isinstance(schemas, list) else ()
    return urn.lower() in (named.lower() for named in listed if isinstance(named, str))


def extension_urn(account_id, prefix="urn:kissflow"):
    """The schema extension that holds an account's custom fields. Note ``:2:``, not ``:2.0:``."""
    return f"{prefix}:scim:schemas:extension:{account_id}:2:User"

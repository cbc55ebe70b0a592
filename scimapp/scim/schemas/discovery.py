"""The server's description of itself (RFC 7643 §5). The caller passes in the values that the code uses."""

from .. import urns
from ..cursor import TIMEOUT_SECONDS


def service_provider_config(location, *, maximum_results, default_page, bulk_operations, bulk_bytes):
    """The ServiceProviderConfig document."""
    return {
        "schemas": [urns.SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": True, "maxOperations": bulk_operations, "maxPayloadSize": bulk_bytes},
        "filter": {"supported": True, "maxResults": maximum_results},
        "changePassword": {"supported": False},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "pagination": {
            "cursor": True,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": default_page,
            "maxPageSize": maximum_results,
            "cursorTimeout": TIMEOUT_SECONDS,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token generated in Configure SCIM, sent in the Authorization header.",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": location},
    }

"""The server's description of itself (RFC 7643 §5). The caller passes in the values that the code uses."""

from .. import urns
from ..cursor import TIMEOUT_SECONDS


def service_provider_config(
    location, *, documentation=None, maximum_results, default_page, bulk=None, sort=True, etag=True
):
    """The ServiceProviderConfig document. ``bulk`` is ``(operations, bytes)`` where Bulk is offered."""
    operations, size = bulk or (0, 0)
    shown = {
        "schemas": [urns.SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": bulk is not None, "maxOperations": operations, "maxPayloadSize": size},
        "filter": {"supported": True, "maxResults": maximum_results},
        "changePassword": {"supported": False},
        "sort": {"supported": sort},
        "etag": {"supported": etag},
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
    if documentation:
        shown["documentationUri"] = documentation
    return shown

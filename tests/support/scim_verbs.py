"""The verbs of a SCIM client, the same in process and over a socket."""

import json

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SCIM_TYPE = "application/scim+json"


class ScimVerbs:
    """Paths are relative to the account's SCIM base URL. Subclasses have ``token`` and ``send``."""

    token = None

    def get(self, path, headers=(), **query):
        """GET; ``query`` are parameters of the URL, such as ``filter`` and ``startIndex``."""
        return self.open("GET", path, headers=headers, query=query)

    def post(self, path, body=None, headers=()):
        return self.open("POST", path, body, headers)

    def put(self, path, body=None, headers=()):
        return self.open("PUT", path, body, headers)

    def patch(self, path, *operations, body=None, headers=(), **by_name):
        """PATCH with operations as dicts, or ``replace=``/``add=``/``remove=`` a value without a path."""
        if body is None:
            listed = [*operations, *({"op": op, "value": value} for op, value in by_name.items())]
            body = {"schemas": [PATCH_OP], "Operations": listed}
        return self.open("PATCH", path, body, headers)

    def delete(self, path, headers=()):
        return self.open("DELETE", path, headers=headers)

    def open(self, method, path, body=None, headers=(), query=()):
        """Any request below the base URL. ``body`` is JSON to be, or bytes and text sent as they are."""
        sent = {"Accept": SCIM_TYPE}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = SCIM_TYPE
            body = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.send(method, path, body, sent | dict(headers), dict(query))

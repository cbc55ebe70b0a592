"""The bodies that Okta sends, as bytes."""

import json

from .checks import expect
from .load import Wrong

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


def person(one, target):
    """A ``known.Person`` as a JSON value, with the attributes that the target keeps."""
    value = {
        "schemas": [CORE],
        "userName": one.user_name,
        "name": {"givenName": one.given, "familyName": one.family},
        "emails": [{"primary": True, "value": one.email, "type": "work"}],
        "externalId": one.external_id,
        "displayName": f"{one.given} {one.family}",
        "locale": "en-US",
        "groups": [],
        "active": one.active,
    }
    if one.title is not None:
        value["title"] = one.title
    for schema, values in ((ENTERPRISE, {"department": one.department}), (target.extension, one.custom)):
        if schema and any(values.values()):
            value["schemas"].append(schema)
            value[schema] = values
    return value


def created(one, target):
    """The body of a POST."""
    return dumped(person(one, target) | {"password": "x7f2k9qa"})


def replaced(one, target):
    """The body of a PUT: the answer of a GET with the changes."""
    return dumped({"id": one.id} | person(one, target))


def patch(*operations):
    """A PATCH of ``(op, path, value)``; a path or value of None is left out."""
    made = []
    for op, path, value in operations:
        parts = {"op": op, "path": path, "value": value}
        made.append({name: part for name, part in parts.items() if part is not None})
    return dumped({"schemas": [PATCH], "Operations": made})


def group(name, members):
    """A group with members by id."""
    return {"schemas": [GROUP], "displayName": name, "members": [{"value": member} for member in members]}


def bulk_of_people(newcomers, target):
    """A BulkRequest that creates a ``known.Person`` for each bulk id."""
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": person(one, target)}
        for bulk_id, one in newcomers.items()
    ]
    return dumped({"schemas": [BULK], "Operations": operations})


def created_in_bulk(answer):
    """``{bulk id: id}`` of the people a BulkResponse created. Raises Wrong if one was not created."""
    expect(answer, 200)
    made = {}
    for one in json.loads(answer.text())["Operations"]:
        if str(one["status"]) != "201":
            raise Wrong(f"in bulk: {json.dumps(one)[:200]}")
        made[one["bulkId"]] = one["location"].rsplit("/", 1)[-1]
    return made


def dumped(value):
    return json.dumps(value, separators=(",", ":")).encode()

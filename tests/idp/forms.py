"""Pieces of requests that the tests of the deviations share."""

from tests.scim_api.bodies import create, person

LENIENT = ("okta", "entra", "onelogin", "jumpcloud", "generic")  # every preset but the strict one


def op(op, path=None, *value):
    """One PATCH operation; without ``value`` it has none."""
    return {"op": op} | ({"path": path} if path else {}) | ({"value": value[0]} if value else {})


def made(scim, **more):
    """The path of somebody new whom the client creates."""
    return f"/Users/{create(scim, person(**more))['id']}"


def members(scim, path):
    """The ids of a group's members."""
    return [member["value"] for member in scim.get(path).json["members"]]

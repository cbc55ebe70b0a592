"""The members of a group between the operations of one PATCH, if an operation reads the list.

An operation sees the results of earlier ones (RFC 7644 §3.5.2): a member that one of them added has an address, a type and
a name like the others.
"""

from ...directory.groups import named_members
from ...scim.patch import apply_patch


def patched(scope, operations, before, addresses, resource_type, rules):
    """The representation after ``operations``. Members in ``before`` have all their parts. Raises as ``apply_patch``."""
    after = before
    for operation in operations:
        if _looks_at_members(operation.path):
            after = _with_all_parts(scope, after, addresses)
        after = apply_patch((operation,), after, resource_type, rules.dialect, rules.warnings, rules.work)
    return after


def _looks_at_members(path):
    return path.filter is not None and path.attribute.name == "members"


def _with_all_parts(scope, representation, addresses):
    members = representation.get("members", ())
    new = [member for member in members if "display" not in member]  # no client sets display
    if not new:
        return representation
    called = named_members.called(scope, [member["value"] for member in new])
    return representation | {"members": [_told(member, called, addresses) for member in members]}


def _told(member, called, addresses):
    value = member["value"]
    if "display" in member or value not in called:
        return member
    kind, name = called[value]
    address = addresses.group if kind == "Group" else addresses.user
    return {"value": value, "$ref": address(value), "type": kind, "display": name}

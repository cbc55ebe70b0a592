"""Member changes of a group PATCH without the stored list: only added and removed ids, whatever the group's size."""

from msgspec import Struct

from ...texts import is_storable
from ..checker import Checker
from ..errors import ScimError
from ..filter.ast import Comparison, Or


class MembershipChanges(Struct, frozen=True):
    """The net effect on members. ``replace`` is the complete new list of ids, None to keep the list.

    ``add`` and ``remove`` have no id in common; ``others`` are the operations about everything else, in order.
    """

    add: tuple
    remove: tuple
    replace: tuple | None
    others: tuple


def membership_changes(operations, dialect, warnings=None):
    """The MembershipChanges of a group's operations; None when one of them needs the stored list.

    That is the case for filters on anything but ``value``, and for paths below a member. Raises
    InvalidValue, naming the operation.
    """
    kept, added, removed, others = None, {}, {}, []
    for operation in operations:
        if operation.path.attribute is None or operation.path.attribute.name != "members":
            others.append(operation)
            continue
        if operation.path.sub is not None:
            return None
        ids = _named(operation, dialect, warnings)
        if ids is None:
            return None
        empties = operation.op == "remove" and operation.path.filter is None and not _is_listed(operation, dialect)
        if operation.op == "replace" or empties:
            kept, added, removed = dict.fromkeys(ids if operation.op == "replace" else ()), {}, {}
        elif operation.op == "add":
            for member in ids:
                removed.pop(member, None)
                (added if kept is None else kept)[member] = None
        else:
            for member in ids:
                if kept is None:
                    added.pop(member, None)
                    removed[member] = None
                else:
                    kept.pop(member, None)
    replace = None if kept is None else tuple(kept)
    return MembershipChanges(tuple(added), tuple(removed), replace, tuple(others))


def _named(operation, dialect, warnings):
    """The ids an operation names; None when only the stored list can tell."""
    if operation.path.filter is not None:
        return _ids_of(operation.path.filter) if operation.op == "remove" else None
    if operation.op == "remove" and not _is_listed(operation, dialect):
        return []
    try:
        members = Checker(dialect, warnings).attribute(operation.path.attribute, operation.value, "members") or []
    except ScimError as error:
        raise error.within(f"operation {operation.position}") from error
    return [member["value"] for member in members if member["value"]]


def _is_listed(operation, dialect):
    return dialect.removes_listed and operation.value not in (None, [], "")


def _ids_of(tree):
    """The ids of ``value eq "a"`` or of several joined by ``or``; None for any other filter."""
    terms = tree.terms if isinstance(tree, Or) else (tree,)
    ids = []
    for term in terms:
        simple = isinstance(term, Comparison) and term.operator == "eq" and isinstance(term.value, str)
        if not simple or term.path.sub is None or term.path.sub.name != "value":
            return None
        if is_storable(term.value):  # else it is nobody's id and cannot be stored
            ids.append(term.value)
    return ids

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
    net, others = _Net(), []
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
            net.replace(ids)
        elif operation.op == "add":
            net.add(ids)
        else:
            net.remove(ids)
    replace = None if net.kept is None else tuple(net.kept)
    return MembershipChanges(tuple(net.added), tuple(net.removed), replace, tuple(others))


class _Net:
    """The net effect of operations on members: ids as keys, in order. ``kept`` is the whole list once one replaced it."""

    def __init__(self):
        self.kept, self.added, self.removed = None, {}, {}

    def replace(self, ids):
        self.kept, self.added, self.removed = dict.fromkeys(ids), {}, {}

    def add(self, ids):
        into = self.added if self.kept is None else self.kept
        for member in ids:
            self.removed.pop(member, None)
            into[member] = None

    def remove(self, ids):
        for member in ids:
            if self.kept is None:
                self.added.pop(member, None)
                self.removed[member] = None
            else:
                self.kept.pop(member, None)


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

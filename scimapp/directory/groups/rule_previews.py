"""What another rule of a group would do to people's roles, for the question before it is made."""

from msgspec import Struct

from ..roles import Permission, Role
from . import role_rules

_SHOWN = 20


class Preview(Struct, frozen=True):
    """Whose role changes: counts, and the first ones as ``(display name, role before, role after)``."""

    gaining: int
    losing: int
    shown: tuple


def preview(scope, group, role):
    """Who would gain or lose a role if the rule of ``group`` gave ``role``; None means no rule."""
    scope.require(Permission.RULE_ROLES)
    ruled = role_rules.ruled_groups(scope, instead={group.seq: role})
    moved = role_rules.moved(scope, role_rules.people_below(scope, group.seq), ruled)
    gaining = [row for row in moved if row.after.rank > Role(row.role).rank]
    shown = tuple((row.display_name, Role(row.role), row.after) for row in moved[:_SHOWN])
    return Preview(len(gaining), len(moved) - len(gaining), shown)

"""Guards that every change of a group meets, whichever door it came through (requirements D-11)."""

from .errors import GroupManaged
from .scim_tokens import PROVIDERS


def guard_edit(scope, group):
    """A group that a directory manages changes there only. Raises GroupManaged."""
    if scope.actor.kind == "person" and group.connection_id is not None:
        raise GroupManaged(PROVIDERS.get(group.connection_id, group.connection_id))

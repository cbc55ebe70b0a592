"""Guards that every change of a group meets, whichever door it came through (requirements D-11)."""

from ..connection.scim_tokens import PROVIDERS
from ..errors import GroupManaged


def guard_edit(scope, group):
    """A group that a directory manages changes there only. Raises GroupManaged."""
    if scope.actor.kind == "person" and group.connection_id is not None:
        raise GroupManaged(PROVIDERS.get(group.connection_id, group.connection_id))

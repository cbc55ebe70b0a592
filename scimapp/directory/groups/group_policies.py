"""Guards that apply to every change of a group, whichever front it comes from."""

from ..connection.providers import product
from ..errors import GroupManaged


def is_open_to(scope, group):
    """Whether the actor may change the name and the members: people may not where a directory manages the group."""
    return scope.actor.kind != "person" or group.connection_id is None


def guard_edit(scope, group):
    """Refuse a person's change to a group that a directory manages. Raises GroupManaged."""
    if not is_open_to(scope, group):
        raise GroupManaged(product(group.connection_id))

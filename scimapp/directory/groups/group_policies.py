"""Guards that apply to every change of a group, whichever front it comes from (requirements D-11)."""

from ..connection.scim_tokens import PROVIDERS
from ..errors import GroupManaged


def guard_edit(scope, group):
    """Refuse a person's change to a group that a directory manages. Raises GroupManaged."""
    if scope.actor.kind == "person" and group.connection_id is not None:
        raise GroupManaged(PROVIDERS.get(group.connection_id, group.connection_id))

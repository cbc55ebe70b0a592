"""What somebody may do to a person, so that screens offer only that. Whoever does it meets the guards of ``policies`` anyway."""

from ..roles import Permission, Role, assignable_roles, may_manage
from .ownership import is_managed


def may_edit(scope, row):
    """Whether the actor may change this person at all."""
    return row.erased_at is None and may_manage(scope.actor.role, row.role)


def may_deactivate(scope, row):
    """Whether the person is active and the actor may change that."""
    return row.active and _may_end(scope, row)


def may_sign_out(scope, row):
    """Whether the person can be signed in anywhere, which nobody inactive is, and the actor may end that."""
    return row.active and may_edit(scope, row)


def may_activate(scope, row):
    """Whether the person is inactive and the actor may change that."""
    return not row.active and may_edit(scope, row)


def may_invite(scope, row):
    """Whether the person can accept an invitation and the actor may send one (again)."""
    return row.state == "invited" and bool(row.email) and may_edit(scope, row)


def may_reveal_link(scope, row):
    """Whether the actor may hand over an open invitation: its link lets the holder take the account over."""
    return row.state == "invited" and scope.allows(Permission.CHANGE_SECURITY)


def may_reset_password(scope, row):
    """Whether the person has a password, and the actor may send a link to set another one."""
    return row.state == "active" and row.unconfirmed_since is None and may_edit(scope, row)


def may_unlink(scope, row):
    """Whether a directory keeps the person up to date and the actor may end that."""
    keeps_own_role = row.id == scope.actor.id and row.directory_role is not None
    return is_managed(row) and may_edit(scope, row) and not keeps_own_role


def may_erase(scope, row):
    """Whether the actor may erase the person once inactive."""
    return scope.allows(Permission.ERASE) and _may_end(scope, row)


def roles_for(scope, row):
    """The roles that the actor may give this person, weakest first; none if the present one is not theirs to take."""
    given = assignable_roles(scope.actor.role) if _may_end(scope, row) else []
    return given if Role(row.role) in given else []


def _may_end(scope, row):
    """Nobody ends the access of the owner, or their own."""
    return row.role != Role.OWNER and row.id != scope.actor.id and may_edit(scope, row)

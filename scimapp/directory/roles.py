"""The four roles and their permissions: one table by which screens hide and the directory refuses."""

from enum import StrEnum
from functools import cache

from .words import say


class Role(StrEnum):
    """A person's role. Use ``rank`` to compare strength."""

    MEMBER = "member"
    USER_ADMIN = "user_admin"
    SUPER_ADMIN = "super_admin"
    OWNER = "owner"

    @property
    def label(self):
        return _LABELS[self]

    @property
    def rank(self):
        return _ORDER.index(self)


class Permission(StrEnum):
    """What a scope may do. Every write requires one in its first line."""

    VIEW_DIRECTORY = "view directory"
    MANAGE_USERS = "manage users"
    MANAGE_GROUPS = "manage groups"
    MANAGE_FIELDS = "manage custom fields"
    CONFIGURE_SCIM = "configure SCIM"
    CHANGE_OPTIONS = "change options"
    VIEW_OUTBOX = "view outbox"
    VIEW_LOG = "view provisioning log"
    VIEW_AUDIT = "view audit log"
    ERASE = "erase people"
    RULE_ROLES = "rule roles by groups"
    CHANGE_SECURITY = "change security settings"
    TRANSFER_OWNERSHIP = "transfer ownership"


_ORDER = (Role.MEMBER, Role.USER_ADMIN, Role.SUPER_ADMIN, Role.OWNER)
_LABELS = {
    Role.MEMBER: say("Member"),
    Role.USER_ADMIN: say("User Admin"),
    Role.SUPER_ADMIN: say("Super Admin"),
    Role.OWNER: say("Account Owner"),
}
_OWNER = frozenset(Permission)
_SUPER_ADMIN = _OWNER - {Permission.TRANSFER_OWNERSHIP}
_USER_ADMIN = _SUPER_ADMIN - {Permission.ERASE, Permission.RULE_ROLES, Permission.CHANGE_SECURITY}
_PERMISSIONS = {
    Role.MEMBER: frozenset(),
    Role.USER_ADMIN: _USER_ADMIN,
    Role.SUPER_ADMIN: _SUPER_ADMIN,
    Role.OWNER: _OWNER,
}
# The permissions of a SCIM token; it never opens a screen.
TOKEN_PERMISSIONS = frozenset({Permission.MANAGE_USERS, Permission.MANAGE_GROUPS})
SERVER_PERMISSIONS = frozenset(Permission)


def permissions_of(role):
    """The permissions of a person with this role."""
    return _PERMISSIONS[Role(role)]


@cache
def may_manage(actor_role, target_role):
    """Whether somebody may edit, activate or deactivate a person of ``target_role``. Administrators may for their own role
    and weaker ones; otherwise they could take over a stronger person by setting an address of their own.

    ``policies`` holds the further limits for the owner.
    """
    actor, target = Role(actor_role), Role(target_role)
    return actor is not Role.MEMBER and target.rank <= actor.rank


@cache
def weaker_of(role, other):
    """The weaker of two roles; if ``other`` is None (unknown), ``role``."""
    first = Role(role)
    return first if other is None else min(first, Role(other), key=lambda candidate: candidate.rank)


def assignable_roles(role):
    """The roles that somebody may give and take, weakest first. Ownership is transferred, never given."""
    highest = {
        Role.MEMBER: -1,
        Role.USER_ADMIN: Role.USER_ADMIN.rank,
        Role.SUPER_ADMIN: Role.SUPER_ADMIN.rank,
        Role.OWNER: Role.SUPER_ADMIN.rank,
    }[Role(role)]
    return [candidate for candidate in _ORDER if candidate.rank <= highest]

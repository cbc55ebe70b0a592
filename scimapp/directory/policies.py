"""Guards that apply to every write, whichever front it comes from."""

from .changes import UNSET
from .erasure import erasure_marks
from .errors import (
    AboveYourRole,
    InvalidValue,
    NoAddress,
    NotAllowed,
    OwnerIsProtected,
    PersonErased,
    SelfLockout,
    StaleVersion,
)
from .roles import Role, assignable_roles, may_manage
from .words import say

# Directories that expect every person to have a mailbox; others may send people without an address.
_NEEDS_ADDRESS = frozenset({"okta", "entra", "onelogin"})


def guard_seen(row, wanted, seen):
    """Refuse to replace a value that somebody else has set since the caller looked, unless both want the same.

    ``row`` is locked, ``wanted`` is ``{name: value}``; ``seen`` is the row as the caller read it, None accepts any. Of two who
    looked at the same moment, the second is refused. Raises StaleVersion.
    """
    if seen is not None and any(
        getattr(row, name) != getattr(seen, name) and getattr(row, name) != value for name, value in wanted.items()
    ):
        raise StaleVersion()


def guard_address(scope, profile):
    """Refuse a person without an e-mail address if one is expected. Raises NoAddress."""
    if profile.email is None and (scope.actor.kind == "person" or scope.actor.provider in _NEEDS_ADDRESS):
        raise NoAddress()


def guard_role_given(scope, role):
    """Refuse a role above those the actor may give; a directory may only give Member."""
    if scope.actor.is_token and role is not Role.MEMBER:
        raise NotAllowed("A directory creates Members only.")
    if scope.actor.kind == "person" and role not in assignable_roles(scope.actor.role):
        raise AboveYourRole()


def guard_update(scope, row, before, after, changes):
    """Refuse changes that this actor may not make to this person.

    ``before`` and ``after`` are profiles. A directory may still change harmless attributes of a stronger person.
    """
    activated = changes.active is not UNSET and changes.active and not row.active
    if row.erased_at is not None or (activated and erasure_marks.is_asked(scope, row.id)):
        raise PersonErased()
    is_same = before is after
    renamed = not is_same and before.core.get("userName") != after.core.get("userName")
    re_mailed = not is_same and before.email != after.email
    deactivated = changes.active is not UNSET and not changes.active and row.active
    if scope.actor.is_token:
        _guard_token(scope, row, renamed, re_mailed, deactivated, activated)
        return
    if deactivated:
        guard_deactivation(scope, row)
    if scope.actor.id != row.id:  # ``own_profile`` decides what people may change about themselves
        guard_manage(scope, row)
    if re_mailed and not changes.email_is_confirmed:
        guard_own_address(scope, row.id)
    if changes.role is not UNSET and changes.role != row.given_role:  # ``row.role`` may come from a group
        _guard_role_change(scope, row, changes.role)


def guard_manage(scope, row):
    """Refuse to act on a person whose role is stronger than the actor's. Raises AboveYourRole.

    Every actor has a role: the server the owner's, a token that of its maker. Yet no SCIM call comes here: what tokens may do
    to whom is decided by ``_guard_token``, ``guard_deactivation`` and ``guard_removal``.
    """
    if not may_manage(scope.actor.role, row.role):
        raise AboveYourRole.of(row.role)


def guard_own_address(scope, user_id):
    """Refuse a change of one's own address without confirmation: a typo would lock the person out. Raises InvalidValue."""
    if scope.actor.id == user_id:
        raise InvalidValue("email", say("Change your own address on your profile: a link goes to the new one first."))


def guard_deactivation(scope, row):
    """Refuse to deactivate the owner, oneself, and people whom the actor may not manage."""
    if row.role == Role.OWNER:
        raise OwnerIsProtected(say("deactivated"))
    if scope.actor.kind == "person" and scope.actor.id == row.id:
        raise SelfLockout()
    if not _reaches(scope.actor, row.role):
        raise AboveYourRole()


def guard_removal(scope, row):
    """Refuse to remove the owner, and people whom the actor may not manage."""
    if row.role == Role.OWNER:
        raise OwnerIsProtected(say("removed"))
    if not _reaches(scope.actor, row.role):
        raise AboveYourRole()


def guard_return(scope, row):
    """Refuse a directory that creates an inactive person again (and so activates and renames them) beyond its token's reach.

    A removed person comes back as a Member, so their earlier role does not matter.
    """
    if row.scim_id is not None and not _reaches(scope.actor, row.role):
        raise _beyond_its_maker(scope.actor, row)


def guard_second_step_reset(scope, row):
    """Refuse to reset the second step of a person whose role the actor may not give; for the owner, only the server may."""
    if scope.actor.kind == "server":
        return
    if scope.actor.is_token:
        raise NotAllowed()
    if scope.actor.id == row.id:
        raise NotAllowed(say("Your own two-step sign-in is switched off on your profile."))
    if row.role == Role.OWNER:
        raise NotAllowed(say("Only whoever runs the server can reset the two-step sign-in of the Account Owner."))
    if Role(row.role) not in assignable_roles(scope.actor.role):
        raise AboveYourRole()


def _reaches(actor, role):
    """Whether the actor may manage people of ``role``. If a token's maker is no longer an administrator, the token still
    manages Members, so that a demotion does not stop provisioning.
    """
    return may_manage(actor.role, role) or (actor.is_token and role == Role.MEMBER)


def _guard_token(scope, row, renamed, re_mailed, deactivated, activated):
    if row.role == Role.OWNER:
        for done, action in ((deactivated, "deactivated"), (renamed, "renamed"), (re_mailed, "given another e-mail")):
            if done:
                raise OwnerIsProtected(action)
    if (renamed or re_mailed or deactivated or activated) and not _reaches(scope.actor, row.role):
        raise _beyond_its_maker(scope.actor, row)
    if re_mailed and row.connection_id is None and row.verified_at is not None:
        # Prevents a take-over in two steps: link a person made by hand, then send a password
        # reset to the attacker's address.
        raise NotAllowed(
            "This person was added here by hand and has a password; the call that links the person cannot change "
            "the e-mail address as well."
        )


def _beyond_its_maker(token, row):
    return AboveYourRole(
        say(
            "The maker of this token is a %(role)s: the token cannot rename, re-mail or (de)activate a %(other)s.",
            role=token.role.label,
            other=Role(row.role).label,
        )
    )


def _guard_role_change(scope, row, role):
    if row.role == Role.OWNER or role == Role.OWNER:
        raise OwnerIsProtected(say("given another role"))
    if scope.actor.kind == "person":
        if scope.actor.id == row.id:
            raise SelfLockout()
        given = assignable_roles(scope.actor.role)
        if Role(role) not in given or Role(row.role) not in given:
            raise AboveYourRole()

"""The actions on many people: each calls a function of the directory, with its guards, and predicts whom it leaves out.

Reasons that follow from a person's facts are checked in the order in which the guards would refuse.
"""

from ..changes import GroupChanges, UserChanges
from ..connection import directory_names
from ..errors import AboveYourRole, InvalidValue, NotAllowed
from ..groups import group_rows, groups, role_rules
from ..groups.group_policies import guard_edit
from ..links import invitations, password_resets
from ..model import IndexedValue, Membership, User
from ..people import users
from ..people.value_index import select_many_at
from ..roles import Permission, Role, assignable_roles, may_manage
from ..user_list.user_filters import names_of
from ..words import say
from . import batch_reasons as because
from .batch_people import PersonAction

MANAGER = "enterprise.manager.value"  # the path in the value index


class Invite(PersonAction):
    name, label = "invite", say("Send invitation again")

    def refusal(self, run, facts):
        if facts.has_accepted:
            return because.ACCEPTED
        if not facts.active:
            return because.INACTIVE
        if not facts.has_address:
            return because.NO_ADDRESS
        return _above(run, facts)

    def act(self, run, user, item):
        invitations.resend(run.scope, user.id)


class Activate(PersonAction):
    """``with_managed`` includes people whom a directory manages, although it may undo the change."""

    name, label, undone_by, takes_seat, yields = "activate", say("Activate"), "deactivate", True, True

    def refusal(self, run, facts):
        if facts.is_erased:
            return because.ERASED
        if facts.active:
            return because.ALREADY_ACTIVE
        return _above(run, facts) or _managed(run, facts)

    def act(self, run, user, item):
        users.activate(run.scope, user.id)


class Deactivate(PersonAction):
    """``with_managed`` as for Activate."""

    name, label, undone_by, yields = "deactivate", say("Deactivate"), "activate", True

    def refusal(self, run, facts):
        if not facts.active:
            return because.ALREADY_INACTIVE
        if facts.role == Role.OWNER:
            return because.OWNER
        if facts.is_actor:
            return because.YOURSELF
        return _above(run, facts) or _managed(run, facts)

    def act(self, run, user, item):
        users.deactivate(run.scope, user.id)


class _OfGroup(PersonAction):
    """``group`` is the id of a group managed here."""

    permission = Permission.MANAGE_GROUPS

    def prepare(self, scope, options):
        if not options.get("group"):
            raise InvalidValue("group", say("choose a group."))
        group = groups.get(scope, options["group"])
        guard_edit(scope, group)
        ruled = role_rules.ruled_groups(scope).get(group.seq)
        if ruled is not None:
            role_rules.guard_reach(scope, ruled)
        return group

    def lock_first(self, run):
        group_rows.lock(run.scope, run.subject.id)

    def is_there_already(self, run):
        inside = run.scope.select(Membership, Membership.user_seq).where(Membership.group_seq == run.subject.seq)
        return User.seq.in_(inside)


class AddToGroup(_OfGroup):
    name, label, undone_by = "group_add", say("Add to group"), "group_remove"

    def refusal(self, run, facts):
        if facts.is_there_already:
            return because.already_in(run.subject.display_name)
        return None if facts.is_visible else _gone(facts)

    def act(self, run, user, item):
        groups.update(run.scope, run.subject.id, GroupChanges(add_ids=(user.scim_id,)))


class RemoveFromGroup(_OfGroup):
    name, label, undone_by = "group_remove", say("Remove from group"), "group_add"

    def refusal(self, run, facts):
        if run.is_decided and not facts.is_there_already:
            return because.not_in(run.subject.display_name)
        return None if facts.is_visible else _gone(facts)

    def act(self, run, user, item):
        groups.update(run.scope, run.subject.id, GroupChanges(remove_ids=(user.scim_id,)))


class ChangeRole(PersonAction):
    """``role`` is the role to give by hand; rules of groups may raise the role in effect."""

    name, label, undone_by = "role", say("Change role"), "role_back"

    def prepare(self, scope, options):
        role = options.get("role")
        if role not in list(Role):
            raise InvalidValue("role", say("choose a role."))
        if Role(role) not in assignable_roles(scope.actor.role):
            raise AboveYourRole()
        return Role(role)

    def refusal(self, run, facts):
        if facts.role == Role.OWNER:
            return because.OWNER
        if facts.is_actor:
            return because.YOURSELF
        if facts.is_erased:
            return because.ERASED
        if facts.given_role == run.subject:
            return because.has_role(run.subject.label)
        return _above(run, facts)

    def act(self, run, user, item):
        before = user.given_role
        users.update(run.scope, user.id, UserChanges(role=run.subject))
        return {"before": before, "after": run.subject.value}


class RoleBack(PersonAction):
    """Undoes ChangeRole: gives each person their previous role."""

    name, label = "role_back", say("Change role")

    def act(self, run, user, item):
        if user.given_role != item.content["after"]:
            raise NotAllowed(because.CHANGED_SINCE)
        users.update(run.scope, user.id, UserChanges(role=Role(item.content["before"])))


class SetManager(PersonAction):
    """``manager`` is the id of a person, "" to remove the manager."""

    name, label, undone_by = "manager", say("Set manager"), "manager_back"

    def prepare(self, scope, options):
        if options.get("manager") is None:
            raise InvalidValue("manager", say("choose a manager."))
        return users.get(scope, options["manager"]) if options["manager"] else None

    def subject_id(self, run):
        return run.subject.id if run.subject else None

    def is_there_already(self, run):
        has_one = select_many_at(run.scope, MANAGER, IndexedValue.user_seq)
        if run.subject is None:
            return User.seq.not_in(has_one)
        return User.seq.in_(has_one.where(IndexedValue.text_key.in_(names_of(run.subject, MANAGER))))

    def refusal(self, run, facts):
        if facts.is_subject:
            return because.OWN_MANAGER
        if facts.is_erased:
            return because.ERASED
        if facts.is_there_already:
            return because.SAME_MANAGER if run.subject else because.NO_MANAGER
        return None if facts.is_actor else _above(run, facts)

    def act(self, run, user, item):
        before = users.document(run.scope, user).enterprise.get("manager")
        after = {"value": run.subject.scim_id or run.subject.id} if run.subject else None
        users.update(run.scope, user.id, UserChanges(enterprise={"manager": after}))
        return {"before": before, "after": after}


class ManagerBack(PersonAction):
    """Undoes SetManager: gives each person their previous manager."""

    name, label = "manager_back", say("Set manager")

    def act(self, run, user, item):
        if users.document(run.scope, user).enterprise.get("manager") != item.content["after"]:
            raise NotAllowed(because.CHANGED_SINCE)
        users.update(run.scope, user.id, UserChanges(enterprise={"manager": item.content["before"]}))


class ResetPassword(PersonAction):
    name, label = "reset", say("Send password reset")

    def refusal(self, run, facts):
        if not facts.active or not facts.is_visible:
            return because.INACTIVE
        if not facts.has_accepted:
            return because.NO_PASSWORD
        if facts.is_unconfirmed:
            return because.UNCONFIRMED
        return _above(run, facts)

    def act(self, run, user, item):
        password_resets.request_for(run.scope, user.id)


CHOICES = (
    Invite(),
    Activate(),
    Deactivate(),
    AddToGroup(),
    RemoveFromGroup(),
    ChangeRole(),
    SetManager(),
    ResetPassword(),
)
ACTIONS = (*CHOICES, RoleBack(), ManagerBack())


def _above(run, facts):
    """Whether the person's role is stronger than the actor may manage."""
    actor = run.scope.actor
    if actor.kind != "person" or may_manage(actor.role, facts.role):
        return None
    return because.OWNER if facts.role == Role.OWNER else because.ABOVE_YOU


def _managed(run, facts):
    if not facts.is_managed or run.options.get("with_managed"):
        return None
    return because.managed_by(directory_names.of_connection(run.scope, facts.connection_id))


def _gone(facts):
    return because.ERASED if facts.is_erased else because.REMOVED

"""Links between groups and directories: breaking one, making one, and noting a push that was refused for its name."""

from contextlib import contextmanager

from sqlalchemy import bindparam, delete, literal_column, update

from ...database import db
from ...database.statements import Prepared
from ...texts import fold
from ..client_reads.groups_of_people import SHIFTS
from ..errors import GroupNameTaken, NotAllowed
from ..events import Change, GroupLinked, GroupUnlinked, GroupUpdated
from ..ids import new_id
from ..model import Group, SkippedMember
from ..roles import Permission
from ..scope import own_rows
from ..unit_of_work import unit_of_work
from ..words import say
from . import group_rows, memberships, role_rules

_AWAITING = Prepared(
    own_rows(Group, Group.id)
    .where(Group.display_name_key == bindparam("name_key"), Group.connection_id == bindparam("connection_id"))
    .where(Group.last_push_at.is_(None))
    .order_by(Group.seq)
    .limit(literal_column("1"))
    .with_for_update()  # of two pushes at once, the second finds that the first has arrived
)


def unlink(scope, group_id):
    """Break the link: the group and its members stay and become ours to edit. Returns the row.

    The group gets a new id, since the directory knows the old one: a push to the old id now answers 404, and the next push
    of the group creates a new one. Raises NotInAccount, NotAllowed, AboveYourRole; SelfLockout for somebody who would so keep
    a role of their own that the group gives.
    """
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        group = scope.one(Group, Group.id == group_id, kind="Group", for_update=True)
        role = guard_link(scope, group)
        if group.connection_id is None:
            raise NotAllowed(say("No directory manages this group."))
        if role is not None:
            role_rules.guard_own_role(scope, role, role_rules.people_below(scope, group.seq))
        changes = (Change("connection", group.connection_id, None), Change("id", group.id, None))
        group.id = new_id()
        group.connection_id = group.external_id = None
        group.last_push_at = group.last_push_token_label = None
        group.last_push_sent = group.last_push_skipped = 0
        mine = (SkippedMember.account_id == scope.account_id, SkippedMember.group_seq == group.seq)
        db.session.execute(delete(SkippedMember).where(*mine))
        work.touch(group)
        work.count(SHIFTS, +1)
        work.record(GroupUnlinked(group.id, group.display_name, changes))
    return group


def link(scope, group_id):
    """Hand a group made here to the directory whose push of that name was refused. Returns the row.

    The next push of a group of this name takes it over. Raises NotInAccount, AboveYourRole; NotAllowed when none was refused.
    """
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        group = scope.one(Group, Group.id == group_id, kind="Group", for_update=True)
        guard_link(scope, group)
        if group.conflict_connection_id is None or group.connection_id is not None:
            raise NotAllowed(say("No directory tried to push a group of this name."))
        group.connection_id = group.conflict_connection_id
        group.conflict_at = group.conflict_connection_id = None
        work.touch(group)
        work.record(GroupLinked(group.id, group.display_name, (Change("connection", None, group.connection_id),)))
    return group


def guard_link(scope, group):
    """Refuse to let somebody decide which directory says who is in a locked group if they may not give its role. Returns the
    role, None for none. Raises AboveYourRole.
    """
    role = role_rules.ruled_groups(scope).get(group.seq)
    if role is not None:
        role_rules.guard_reach(scope, role)
    return role


def awaiting(scope, name):
    """The group that was linked to this directory and has not received a push yet, or None."""
    if scope.actor.connection_id is None:
        return None
    key = {"name_key": fold(name)[: memberships.MAXIMUM_NAME], "connection_id": scope.actor.connection_id}
    found = _AWAITING.first(account_id=scope.account_id, **key)
    return found and group_rows.lock(scope, found.id)


def take_over(work, group, draft):
    """Let a directory's push create a group that was waiting for it: name, external id and members come from the push."""
    changes = (Change("externalId", group.external_id, draft.external_id),) if draft.external_id else ()
    group.display_name, group.external_id = draft.display_name, draft.external_id
    group.last_push_at, group.last_push_token_label = work.now, work.scope.actor.label
    work.touch(group)
    work.count(SHIFTS, +1)
    work.record(GroupUpdated(group.id, group.display_name, changes))
    memberships.change(work, group, replace=draft.member_ids)
    group_rows.save(group)
    return group


@contextmanager
def noting_refused_names(scope):
    """If a directory's push is refused for its name, note that on the groups with this name. The refusal is raised again."""
    try:
        yield
    except GroupNameTaken as refusal:
        if scope.actor.is_token:
            _note(scope, refusal.name)
        raise


def _note(scope, name):
    mine = (Group.account_id == scope.account_id, Group.connection_id.is_(None))
    same = update(Group).where(*mine, Group.display_name_key == fold(name)[: memberships.MAXIMUM_NAME])
    with unit_of_work(scope) as work:
        db.session.execute(same.values(conflict_at=work.now, conflict_connection_id=scope.actor.connection_id))

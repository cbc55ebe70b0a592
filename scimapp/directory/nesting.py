"""Groups in groups: whoever is in the inner one is, indirectly, in the outer one. Never a cycle (requirements D-11)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from ..database import db
from . import role_rules
from .errors import InvalidValue
from .events import Change, MembersChanged
from .group_closure import closure
from .group_policies import guard_edit
from .model import Group, Membership, NestedGroup, RoleRule
from .roles import Permission
from .unit_of_work import unit_of_work
from .words import say


@dataclass(frozen=True, slots=True)
class InnerGroup:
    """A group in another one."""

    group: Group
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class InheritedGroup:
    """A group that somebody is in through another one, ``through``."""

    group_id: str
    display_name: str
    connection_id: str | None
    through: str
    since: datetime


def inner_groups(scope, group):
    """The groups that are members of a group, by name, as InnerGroup."""
    query = (
        scope.select(Group, Group, NestedGroup.added_at, NestedGroup.added_by)
        .join(NestedGroup, (NestedGroup.account_id == Group.account_id) & (NestedGroup.member_seq == Group.seq))
        .where(NestedGroup.group_seq == group.seq)
        .order_by(Group.display_name_key, Group.seq)
    )
    return [InnerGroup(*row) for row in db.session.execute(query)]


def outer_groups(scope, group):
    """The groups that a group is a member of, by name."""
    query = (
        scope.select(Group)
        .join(NestedGroup, (NestedGroup.account_id == Group.account_id) & (NestedGroup.group_seq == Group.seq))
        .where(NestedGroup.member_seq == group.seq)
        .order_by(Group.display_name_key, Group.seq)
    )
    return list(db.session.scalars(query))


def inherited_by(scope, user):
    """The groups that a person is in through others only, by name. Two statements and one for each group around."""
    mine = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == user.seq)
    direct = {
        row.group_seq: row
        for row in db.session.execute(
            scope.select(Membership, Membership.group_seq, Membership.added_at, Group.display_name)
            .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
            .where(Membership.user_seq == user.seq)
        )
    }
    reached = scope.select(NestedGroup, NestedGroup.member_seq.label("inner"), NestedGroup.group_seq.label("outer"))
    start = reached.where(NestedGroup.member_seq.in_(mine)).cte(recursive=True)
    around = start.union(
        scope.select(NestedGroup, start.c.inner, NestedGroup.group_seq).join(
            start, start.c.outer == NestedGroup.member_seq
        )
    )
    query = (
        scope.select(Group, Group.seq, Group.id, Group.display_name, Group.connection_id, around.c.inner)
        .join(around, around.c.outer == Group.seq)
        .order_by(Group.display_name_key, Group.seq)
    )
    found = {}
    for seq, group_id, name, connection_id, inner in db.session.execute(query):
        if seq not in direct and seq not in found and inner in direct:
            through = direct[inner]
            found[seq] = InheritedGroup(group_id, name, connection_id, through.display_name, through.added_at)
    return list(found.values())


def nest(scope, group_id, inner_id):
    """Make a group a member of another one. Raises NotInAccount, InvalidValue for a cycle, Managed, AboveYourRole."""
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        work.lock_account()  # two of these at once could close a circle that neither sees
        outer, inner = _pair(scope, group_id, inner_id)
        guard_edit(scope, outer)
        if outer.seq in db.session.scalars(closure(scope, [inner.seq], down=True)).all():
            raise InvalidValue(
                "members",
                say(
                    "%(inner)s cannot be a member of %(outer)s: %(outer)s is in it already.",
                    inner=inner.display_name,
                    outer=outer.display_name,
                ),
            )
        key = {"account_id": scope.account_id, "group_seq": outer.seq, "member_seq": inner.seq}
        if db.session.get(NestedGroup, tuple(key.values())) is None:
            db.session.add(NestedGroup(**key, added_at=work.now, added_by=scope.actor.label))
            _changed(work, outer, inner, "groups added")
    return outer


def unnest(scope, group_id, inner_id):
    """Take a group out of another one. Raises NotInAccount, Managed, AboveYourRole."""
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        work.lock_account()
        outer, inner = _pair(scope, group_id, inner_id)
        guard_edit(scope, outer)
        ruled = role_rules.ruled_groups(scope)
        pair = (NestedGroup.group_seq == outer.seq, NestedGroup.member_seq == inner.seq)
        gone = db.session.execute(delete(NestedGroup).where(NestedGroup.account_id == scope.account_id, *pair))
        if gone.rowcount:
            _changed(work, outer, inner, "groups removed", ruled)
    return outer


def take_apart(work, group):
    """End what a group that goes is in and what is in it; roles follow."""
    ruled = role_rules.ruled_groups(work.scope)
    below = db.session.scalars(closure(work.scope, [group.seq], down=True)).all() if group.seq in ruled else []
    if below:
        role_rules.guard_reach(work.scope, ruled[group.seq])
    either = (NestedGroup.group_seq == group.seq) | (NestedGroup.member_seq == group.seq)
    db.session.execute(delete(NestedGroup).where(NestedGroup.account_id == group.account_id, either))
    rule = (RoleRule.account_id == group.account_id, RoleRule.group_seq == group.seq)
    db.session.execute(delete(RoleRule).where(*rule))
    role_rules.restate_members(work, [seq for seq in below if seq != group.seq])


def _pair(scope, group_id, inner_id):
    outer = scope.one(Group, Group.id == group_id, kind="Group", for_update=True)
    return outer, scope.one(Group, Group.id == inner_id, kind="Group")


def _changed(work, outer, inner, field, ruled=None):
    """Versions and roles follow; ``ruled`` is what the rules reached before a group was taken out."""
    db.session.flush()
    outer.version += 1
    outer.updated_at = max(work.now, outer.updated_at)
    work.record(MembersChanged(outer.id, outer.display_name, (Change(field, None, [inner.display_name]),)))
    ruled = ruled or role_rules.ruled_groups(work.scope)
    if inner.seq in ruled:
        role_rules.guard_reach(work.scope, ruled[inner.seq])
        below = db.session.scalars(closure(work.scope, [inner.seq], down=True)).all()
        role_rules.restate_members(work, below)

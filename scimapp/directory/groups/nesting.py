"""Groups in groups: members of the inner group are indirect members of the outer one. Never a cycle."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, delete

from ...database import db
from ...database.statements import Prepared
from .. import turns
from ..client_reads.groups_of_people import SHIFTS
from ..errors import InvalidValue
from ..events import Change, MembersChanged
from ..model import Group, Membership, NestedGroup
from ..roles import Permission
from ..scope import own_rows
from ..sql.lists import among, json_list
from ..unit_of_work import unit_of_work
from ..words import say
from . import role_rules
from .group_closure import closure
from .group_policies import guard_edit

_FOUND = Prepared(own_rows(Group, Group.id, Group.seq).where(among(Group.id, bindparam("group_ids"))))


class InnerGroup(Struct, frozen=True):
    """A group that is inside another one."""

    group: Group
    added_at: datetime
    added_by: str


class InheritedGroup(Struct, frozen=True):
    """A group that somebody is in by way of another group, ``through``."""

    group_id: str
    display_name: str
    connection_id: str | None
    through: str
    through_id: str
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
    """The groups that a person is in only through others, by name. Two statements, and one for each group around."""
    mine = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == user.seq)
    # Both conditions are needed: otherwise a planner may walk every membership of the account.
    direct = {
        row.group_seq: row
        for row in db.session.execute(
            scope.select(Membership, Membership.group_seq, Membership.added_at, Group.id, Group.display_name)
            .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == Membership.group_seq))
            .where(Membership.user_seq == user.seq, Membership.group_seq.in_(mine.correlate(None)))
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
            found[seq] = InheritedGroup(
                group_id, name, connection_id, through.display_name, through.id, through.added_at
            )
    return list(found.values())


def nest(scope, group_id, inner_id):
    """Make a group a member of another one. Raises NotInAccount, InvalidValue for a cycle, GroupManaged, AboveYourRole."""
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        outer, inner = _pair(scope, group_id, inner_id)
        guard_edit(scope, outer)
        if change(work, outer, come={inner.seq}):
            work.touch(outer)
    return outer


def unnest(scope, group_id, inner_id):
    """Remove a group from another one. Raises NotInAccount, GroupManaged, AboveYourRole."""
    scope.require(Permission.MANAGE_GROUPS)
    with unit_of_work(scope) as work:
        outer, inner = _pair(scope, group_id, inner_id)
        guard_edit(scope, outer)
        if change(work, outer, gone={inner.seq}):
            work.touch(outer)
    return outer


def found_by(scope, group_ids):
    """``{id: seq}`` for the ids that are groups here."""
    return dict(_FOUND.tuples(account_id=scope.account_id, group_ids=json_list(group_ids))) if group_ids else {}


def inner_seqs(scope, outer):
    """The seqs of the groups that are members of a group."""
    query = scope.select(NestedGroup, NestedGroup.member_seq).where(NestedGroup.group_seq == outer.seq)
    return set(db.session.scalars(query))


def change(work, outer, *, come=frozenset(), gone=frozenset()):
    """Put groups (seqs) into a locked group and take others out; returns whether anything changed.

    The people in these groups change their indirect groups, so their roles are updated. Raises InvalidValue for a circle,
    AboveYourRole, SelfLockout.
    """
    scope = work.scope
    present = inner_seqs(scope, outer)  # no one else can put groups into a locked group
    come, gone = set(come) - present, set(gone) & present
    if not come and not gone:
        return False
    before = role_rules.ruled_groups(scope)
    moves_roles = not before.keys().isdisjoint({outer.seq} | come | gone)
    held = role_rules.lock_below(work, come | gone) if moves_roles else role_rules.lock_groups(work, gone)
    # Behind the locks on the groups themselves.
    turns.take(f"groups in groups {scope.account_id}")  # two concurrent changes could close a circle that neither sees
    come, gone = _still_here(work, come), gone & held
    if not come and not gone:
        return False
    _guard_circle(scope, outer, come)
    here = (NestedGroup.account_id == scope.account_id, NestedGroup.group_seq == outer.seq)
    if gone:
        db.session.execute(delete(NestedGroup).where(*here, NestedGroup.member_seq.in_(gone)))
    key = {"account_id": scope.account_id, "group_seq": outer.seq}
    made = {"added_at": work.now, "added_by": scope.actor.label}
    db.session.add_all(NestedGroup(**key, member_seq=seq, **made) for seq in sorted(come))
    db.session.flush()
    work.count(SHIFTS, +1)
    _record(work, outer, come, gone)
    after = role_rules.ruled_groups(scope) if come and before else {}
    ruled = [rules[seq] for seqs, rules in ((come, after), (gone, before)) for seq in seqs if seq in rules]
    for role in ruled:
        role_rules.guard_reach(scope, role)
    for seq in come & after.keys():
        role_rules.guard_own_role(scope, after[seq], role_rules.people_below(scope, seq))
    if ruled:
        role_rules.restate_members(work, held)
    return True


def take_apart(work, group):
    """Before a group is removed: end all nesting of it, inside and around, and its rule, and update roles.

    Raises AboveYourRole: who may not give a role neither takes it from the people in inner groups, nor ends a rule that gives it.
    """
    scope, rule = work.scope, role_rules.rule_of(work.scope, group)
    role = role_rules.ruled_groups(scope).get(group.seq)
    below = role_rules.lock_below(work, inner_seqs(scope, group)) if role else ()
    for given in filter(None, (below and role, rule)):
        role_rules.guard_reach(scope, given)
    either = (NestedGroup.group_seq == group.seq) | (NestedGroup.member_seq == group.seq)
    db.session.execute(delete(NestedGroup).where(NestedGroup.account_id == group.account_id, either))
    if rule:
        role_rules.end(work, group, rule)
    role_rules.restate_members(work, below)


def _still_here(work, seqs):
    """Those of these groups that still exist, locked so that nobody removes them any more."""
    if not seqs or work.writes_alone:
        return seqs
    here = work.scope.select(Group, Group.seq).where(Group.seq.in_(seqs)).order_by(Group.seq)
    return set(db.session.scalars(here.with_for_update(read=True, key_share=True)))


def _pair(scope, group_id, inner_id):
    outer = scope.one(Group, Group.id == group_id, kind="Group", for_update=True)
    return outer, scope.one(Group, Group.id == inner_id, kind="Group")


def _guard_circle(scope, outer, come):
    """Refuse groups that are around ``outer`` already. Searched upwards: few groups are around, thousands may be inside."""
    if outer.seq in come:
        raise InvalidValue("members", say("%(group)s cannot be a member of itself.", group=outer.display_name))
    around = come.intersection(db.session.scalars(closure(scope, [outer.seq], down=False))) if come else ()
    if around:
        inner = scope.one(Group, Group.seq == min(around), kind="Group")
        raise InvalidValue(
            "members",
            say(
                "%(inner)s cannot be a member of %(outer)s: %(outer)s is in it already.",
                inner=inner.display_name,
                outer=outer.display_name,
            ),
        )


def _record(work, outer, come, gone):
    query = work.scope.select(Group, Group.seq, Group.display_name).where(Group.seq.in_(come | gone))
    names = dict(tuple(row) for row in db.session.execute(query))
    sides = (("groups added", come), ("groups removed", gone))
    changes = tuple(Change(field, None, sorted(names[seq] for seq in seqs)) for field, seqs in sides if seqs)
    work.record(MembersChanged(outer.id, outer.display_name, changes))

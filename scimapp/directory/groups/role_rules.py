"""Roles from groups: members of a group have at least the role that its rule names.

A person's role in effect is the strongest of the roles given by hand, by the directory, and by the rules of their groups,
also indirect ones. Every transaction that may change it updates ``users.role``, so code that needs a role does not have to
know about rules. Nobody, directories included, can give a role through a group that they may not give by hand.
"""

from operator import itemgetter
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import delete

from ...database import db
from ..changes import UNSET
from ..errors import AboveYourRole, InvalidValue, SelfLockout, StaleVersion
from ..events import Change, RoleChanged, RoleRuleRemoved, RoleRuleSet
from ..links import one_time_links
from ..model import Group, Membership, NestedGroup, RoleRule, User
from ..roles import Permission, Role, assignable_roles
from ..sql.chunks import in_chunks
from ..unit_of_work import unit_of_work
from ..words import say
from .group_closure import closure

RULED = (Role.USER_ADMIN, Role.SUPER_ADMIN)  # the roles that a rule may give; never ownership
CHUNK = 5_000


class Rule(Struct, frozen=True):
    """A rule with its group. ``people`` is the number of people it reaches."""

    group: Group
    role: Role
    created_by: str
    created_at: object
    people: int


def rule_of(scope, group):
    """The role that a group gives, or None."""
    role = db.session.scalar(scope.select(RoleRule, RoleRule.role).where(RoleRule.group_seq == group.seq))
    return Role(role) if role else None


def list_rules(scope):
    """Every rule, strongest role first, as Rule."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = scope.select(RoleRule, RoleRule, Group).join(
        Group, (Group.account_id == RoleRule.account_id) & (Group.seq == RoleRule.group_seq)
    )
    rows = db.session.execute(query).all()
    rows.sort(key=lambda row: (-Role(row.RoleRule.role).rank, row.Group.display_name_key))
    return [
        Rule(
            row.Group,
            Role(row.RoleRule.role),
            row.RoleRule.created_by,
            row.RoleRule.created_at,
            len(people_below(scope, row.Group.seq)),
        )
        for row in rows
    ]


def set_rule(scope, group_id, role, *, seen=UNSET):
    """Give members of a group at least ``role`` from now on. ``seen`` is the role of the rule that the caller looked at, None for
    no rule; UNSET accepts any. Raises NotInAccount, StaleVersion, InvalidValue, AboveYourRole, SelfLockout.
    """
    scope.require(Permission.RULE_ROLES)
    role = _checked(role)
    if role not in assignable_roles(scope.actor.role):
        raise AboveYourRole()
    with unit_of_work(scope) as work:
        group = _locked(work, group_id)
        rule = db.session.get(RoleRule, (scope.account_id, group.seq))
        if rule is not None and rule.role == role:
            return group
        before = rule.role if rule else None
        _guard_seen(before, seen)
        if rule is None:
            rule = RoleRule(account_id=scope.account_id, group_seq=group.seq)
            db.session.add(rule)
        rule.role, rule.created_at, rule.created_by = role.value, work.now, scope.actor.label
        work.record(RoleRuleSet(group.id, group.display_name, (Change("role", before, role.value),)))
        people = people_below(scope, group.seq)
        guard_own_role(scope, role, people)
        restate_people(work, people)
    return group


def remove_rule(scope, group_id, *, seen=UNSET):
    """Remove the rule of a group, so that its members get no role from it. ``seen`` as in ``set_rule``.
    Raises NotInAccount, StaleVersion.
    """
    scope.require(Permission.RULE_ROLES)
    with unit_of_work(scope) as work:
        group = _locked(work, group_id)
        role = rule_of(scope, group)
        if role is not None:
            _guard_seen(role, seen)
            end(work, group, role)
            restate_people(work, people_below(scope, group.seq))
    return group


def end(work, group, role):
    """End the rule by which a locked group gives ``role``. The caller updates roles."""
    rule = (RoleRule.account_id == group.account_id, RoleRule.group_seq == group.seq)
    db.session.execute(delete(RoleRule).where(*rule))
    work.record(RoleRuleRemoved(group.id, group.display_name, (Change("role", role.value, None),)))


def ruled_groups(scope, instead=()):
    """``{group seq: strongest Role}`` of every group that a rule reaches. ``instead`` replaces rules for a preview."""
    rules = {
        seq: Role(role) for seq, role in db.session.execute(scope.select(RoleRule, RoleRule.group_seq, RoleRule.role))
    }
    rules |= dict(instead)
    reached = {}
    for role in (Role.SUPER_ADMIN, Role.USER_ADMIN):
        roots = [seq for seq, ruled in rules.items() if ruled is role]
        if roots:
            for seq in db.session.scalars(closure(scope, roots, down=True)):
                reached.setdefault(seq, role)
    return reached


def guard_reach(scope, role):
    """Refuse changes of a group's members to those who may not give its ``role`` by hand. Raises AboveYourRole."""
    if scope.actor.kind != "server" and role not in assignable_roles(scope.actor.role):
        raise AboveYourRole(closed(role))


def closed(role):
    """The Sentence for those who may not change the members of a group, because these have ``role``."""
    return say(
        "Members of this group have the role %(role)s. Only somebody who may give that role changes who is in.",
        role=role.label,
    )


def guard_own_role(scope, role, user_seqs):
    """Refuse what lets somebody among these people keep ``role``, which they do not have by hand, when a directory or another
    group takes it away: nobody changes their own role. Raises SelfLockout.
    """
    if scope.actor.kind != "person":
        return
    seq, given = db.session.execute(
        scope.select(User, User.seq, User.given_role).where(User.id == scope.actor.id)
    ).one()
    if seq in user_seqs and role.rank > Role(given).rank:
        raise SelfLockout()


def hold_people(work, group_seq, user_seqs):
    """The role that rules give to members of a locked group, None for none. If there is one, the people who are about
    to come or leave are locked now: two units that had both added people would deadlock when ``settle`` locks them.
    """
    role = ruled_groups(work.scope).get(group_seq)
    if role is not None:
        _lock_people(work, sorted(user_seqs))
    return role


def settle(work, role, come, gone):
    """Update the roles of people who came into or left a group whose members have ``role``. Raises AboveYourRole, SelfLockout."""
    guard_reach(work.scope, role)
    guard_own_role(work.scope, role, come)
    restate_people(work, come | gone)


def restate_members(work, group_seqs):
    """Update the roles of everybody in these groups, which ``lock_below`` has locked."""
    # Not DISTINCT: with it, SQLite walks all memberships of the account in the order of people, even for no group.
    query = work.scope.select(Membership, Membership.user_seq).where(Membership.group_seq.in_(group_seqs))
    restate_people(work, set(db.session.scalars(query)))


def lock_below(work, group_seqs):
    """Lock these groups and all groups inside them and return their seqs, so that a concurrent change of members is seen or
    sees what follows. Outer groups come first, since a change of a group's members locks that group first.
    """
    locked, inner = set(), set(group_seqs)
    while inner:
        here = lock_groups(work, inner)
        locked |= here
        query = work.scope.select(NestedGroup, NestedGroup.member_seq).where(NestedGroup.group_seq.in_(here))
        inner = set(db.session.scalars(query)) - locked
    return locked


def lock_groups(work, group_seqs):
    """Lock these groups, always in the same order, and return the seqs of those that still exist."""
    if not group_seqs or work.writes_alone:
        return set(group_seqs)
    groups = work.scope.select(Group, Group.seq).where(Group.seq.in_(group_seqs)).order_by(Group.seq)
    return set(db.session.scalars(groups.with_for_update(key_share=True)))


def restate_people(work, user_seqs):
    """Update the roles of these people. They are locked before anything is read: a concurrent change of their role or
    groups either waits and sees this one, or is seen here.
    """
    db.session.flush()
    for part in in_chunks(sorted(user_seqs), CHUNK):
        _lock_people(work, part)
        if those := moved(work.scope, part, ruled_groups(work.scope)):
            _write_moved(work, those)
    db.session.flush()


def _lock_people(work, seqs):
    """Lock people in the order of their sorted ``seqs``, so that two units cannot deadlock."""
    for part in () if work.writes_alone else in_chunks(seqs, CHUNK):
        people = work.scope.select(User, User.seq).where(User.seq.in_(part)).order_by(User.seq)
        db.session.execute(people.with_for_update(key_share=True))


def in_effect(scope, row, given):
    """The role in effect of a person whose role given by hand is ``given``."""
    ruled = ruled_groups(scope)
    mine = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == row.seq) if ruled else None
    roles = [ruled[seq] for seq in db.session.scalars(mine) if seq in ruled] if ruled else []
    return max([Role(given), Role(row.directory_role or Role.MEMBER), *roles], key=lambda role: role.rank)


def _write_moved(work, those):
    seqs = [person.seq for person in those]
    one_time_links.void_open(work, seqs)
    found = work.scope.select(User).where(User.seq.in_(seqs))
    rows = {row.seq: row for row in db.session.scalars(found, execution_options={"populate_existing": True})}
    for seq, _, before, after in those:
        row = rows[seq]
        if row.id == work.scope.actor.id:
            raise SelfLockout()
        row.role = after.value
        row.session_epoch += 1  # a changed role ends sessions and open links
        work.record(RoleChanged(row.id, row.display_name, (Change("role", before, after.value),)))


class _Moved(NamedTuple):
    seq: int
    display_name: str
    role: str
    after: Role


def moved(scope, user_seqs, ruled):
    """Those of these people whose role in effect is out of date; never the owner."""
    found = []
    for part in in_chunks(sorted(user_seqs), CHUNK):
        strongest = {}
        if ruled:
            query = scope.select(Membership, Membership.user_seq, Membership.group_seq)
            for user_seq, group_seq in db.session.execute(query.where(Membership.user_seq.in_(part))):
                role = ruled.get(group_seq, Role.MEMBER)
                strongest[user_seq] = max(role, strongest.get(user_seq, Role.MEMBER), key=lambda role: role.rank)
        people = scope.select(
            User, User.order_key, User.seq, User.display_name, User.role, User.given_role, User.directory_role
        ).where(User.seq.in_(part), User.role != Role.OWNER.value)
        # Sorted here: for an ORDER BY, SQLite would read everybody in the order of names.
        for _, seq, name, role, given, by_directory in sorted(db.session.execute(people), key=itemgetter(0, 1)):
            known = (Role(given), Role(by_directory or Role.MEMBER), strongest.get(seq, Role.MEMBER))
            after = max(known, key=lambda role: role.rank)
            if after != role:
                found.append(_Moved(seq, name, role, after))
    return found


def people_below(scope, group_seq):
    """The seqs of everybody in a group, directly or through nested groups."""
    query = scope.select(Membership, Membership.user_seq).where(
        Membership.group_seq.in_(closure(scope, [group_seq], down=True))
    )
    return set(db.session.scalars(query))  # not DISTINCT, as in ``restate_members``


def _locked(work, group_id):
    """The group, after locking it and the groups inside it, so that concurrent changes see the rule or are seen."""
    group = work.scope.one(Group, Group.id == group_id, kind="Group")
    lock_below(work, {group.seq})
    return group


def _guard_seen(role, seen):
    if seen not in (UNSET, role):
        raise StaleVersion()


def _checked(role):
    if role not in RULED:
        raise InvalidValue("role", say("Choose User Admin or Super Admin. A rule never makes an Account Owner."))
    return Role(role)

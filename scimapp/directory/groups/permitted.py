"""What somebody may do to groups, so that screens offer only that. Whoever does it meets the guards of ``role_rules`` anyway.

A group whose members have a role is closed to those who may not give that role. Nobody keeps or loses a role of their own by
their own hand, so who has theirs through a group neither leaves it nor deletes it nor breaks its link.
"""

from msgspec import Struct
from sqlalchemy import select

from ...database import db
from ..model import Membership, NestedGroup, RoleRule, User
from ..roles import Permission, Role, assignable_roles
from ..words import say
from . import role_rules
from .group_closure import closure
from .group_policies import is_open_to
from .nesting import inner_seqs


class Reach(Struct, frozen=True):
    """How far the actor's role reaches among groups that give roles.

    ``ruled`` is ``{group seq: Role}`` and ``given`` the roles the actor may give. ``own`` is the role that the actor has without
    any group, ``by_hand`` the one given by hand; both are None where no group could change the actor's role. ``own_groups``
    are the seqs of the groups the actor is in directly, ``around`` is ``{seq: seqs of the groups directly around it}`` for these and
    all around them, and ``rules`` the ``{seq: Role}`` that these give by themselves.
    """

    ruled: dict
    given: tuple
    own: object = None
    own_groups: frozenset = frozenset()
    by_hand: object = None
    around: dict = {}
    rules: dict = {}

    @classmethod
    def of(cls, scope):
        """Two statements; another four where some group gives a role."""
        ruled, given = role_rules.ruled_groups(scope), tuple(assignable_roles(scope.actor.role))
        if not ruled or scope.actor.kind != "person" or scope.actor.role is Role.OWNER:
            return cls(ruled, given)
        columns = (User.seq, User.given_role, User.directory_role)
        seq, by_hand, by_directory = db.session.execute(
            scope.select(User, *columns).where(User.id == scope.actor.id)
        ).one()
        mine = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == seq)
        own_groups = frozenset(db.session.scalars(mine))
        own = _strongest(Role(by_hand), Role(by_directory or Role.MEMBER))
        return cls(ruled, given, own, own_groups, Role(by_hand), *_upwards(scope, own_groups))

    def covers(self, group_seq):
        """Whether the actor may give the role of a group's members, if they have one."""
        role = self.ruled.get(group_seq)
        return role is None or role in self.given

    def is_in(self, group_seq):
        """Whether the actor is in a group, directly or through other groups."""
        return group_seq in self._all_groups()

    def would_keep(self, *group_seqs):
        """Whether one of these groups would give the actor, as a member, a role that nobody gave the actor by hand."""
        roles = [self.ruled[seq] for seq in group_seqs if seq in self.ruled]
        return bool(roles) and self.own is not None and _strongest(*roles).rank > self.by_hand.rank

    def would_lose(self, *, gone=None, left=None, apart=None):
        """Whether the actor would have a weaker role if the group ``gone`` did not exist, the actor had left the group ``left``, or
        the pair ``apart`` of an inner and an outer group were taken apart.
        """
        return self._role().rank > self._role(gone, left, apart).rank

    def may_take_out(self, scope, user_id, group_seq):
        """Whether the actor may take a person out of a group made here."""
        return self.covers(group_seq) and not (user_id == scope.actor.id and self.would_lose(left=group_seq))

    def may_take_apart(self, inner_seq, outer_seq):
        """Whether the actor may take a group out of another one whose members the actor may change."""
        return self.covers(inner_seq) and not self.would_lose(apart=(inner_seq, outer_seq))

    def may_not_join(self, group_seq):
        """The seqs of groups that the actor may not put into this one, whose members the actor may change."""
        return {seq for seq in self.ruled if not self.covers(seq)} | {
            seq for seq in self._all_groups() if self.would_keep(seq, group_seq)
        }

    def _role(self, *without):
        rules = [self.rules[seq] for seq in self._all_groups(*without) if seq in self.rules]
        return _strongest(self.own or Role.MEMBER, *rules)

    def _all_groups(self, gone=None, left=None, apart=None):
        """The seqs of all groups that the actor is in, or would be in, as in ``would_lose``."""
        found, ahead = set(), self.own_groups - {gone, left}
        while ahead:
            found |= ahead
            pairs = {(inner, outer) for inner in ahead for outer in self.around.get(inner, ())}
            ahead = {outer for _, outer in pairs - {apart}} - found - {gone}
        return found


class Offers(Struct, frozen=True):
    """What a screen offers to do to a group. ``why_not`` is the Sentence that says why something is missing that others may do,
    or None.
    """

    rename: bool = False
    members: bool = False
    delete: bool = False
    unlink: bool = False
    link: bool = False
    why_not: object = None


def offers(scope, group, reach):
    """The Offers of a group for the actor. Two statements at most, for an empty group that is closed."""
    if not scope.allows(Permission.MANAGE_GROUPS):
        return Offers()
    is_ours, covers = is_open_to(scope, group), reach.covers(group.seq)
    is_in = reach.is_in(group.seq)
    holds_own = is_in and (reach.would_lose(gone=group.seq) if is_ours else reach.would_keep(group.seq))
    return Offers(
        rename=is_ours,
        members=is_ours and covers,
        delete=is_ours and not holds_own and (covers or _is_loose(scope, group, reach)),
        unlink=group.connection_id is not None and covers and not holds_own,
        link=is_ours and covers and group.conflict_connection_id is not None,
        why_not=_why_not(reach.ruled.get(group.seq), covers, holds_own, is_ours),
    )


def _why_not(role, covers, holds_own, is_ours):
    if not covers:
        return role_rules.closed(role)
    if not holds_own:
        return None
    if is_ours:
        return say("Your own role comes from this group, so only somebody else deletes it or takes you out.")
    return say("Your own role comes from this group, so only somebody else breaks its link.")


def _is_loose(scope, group, reach):
    """Whether nobody's role hangs on a group: it has no members, not even empty groups, and no rule out of reach goes with it."""
    if group.member_count or inner_seqs(scope, group):
        return False
    return role_rules.rule_of(scope, group) in (None, *reach.given)


def _upwards(scope, group_seqs):
    """``(around, rules)`` of a Reach whose actor is in these groups. Two statements."""
    if not group_seqs:
        return {}, {}
    here = select(closure(scope, group_seqs, down=False).subquery())
    pairs = scope.select(NestedGroup, NestedGroup.member_seq, NestedGroup.group_seq)
    around = {}
    for inner, outer in db.session.execute(pairs.where(NestedGroup.member_seq.in_(here))):
        around.setdefault(inner, set()).add(outer)
    rules = scope.select(RoleRule, RoleRule.group_seq, RoleRule.role).where(RoleRule.group_seq.in_(here))
    return around, {seq: Role(role) for seq, role in db.session.execute(rules)}


def _strongest(*roles):
    return max(roles, key=lambda role: role.rank)

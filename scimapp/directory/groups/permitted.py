"""What somebody may do to groups, so that screens offer only that. Whoever does it meets the guards of ``role_rules`` anyway.

A group whose members have a role is closed to those who may not give that role. Nobody keeps or loses a role of their own by
their own hand, so who has theirs through a group neither leaves it nor deletes it nor breaks its link.
"""

from msgspec import Struct

from ...database import db
from ..model import Membership, User
from ..roles import Permission, Role, assignable_roles
from ..words import say
from . import role_rules
from .group_closure import closure
from .group_policies import is_open_to


class Reach(Struct, frozen=True):
    """How far the actor's role reaches among groups that give roles.

    ``ruled`` is ``{group seq: Role}`` and ``given`` the roles the actor may give. ``own`` is the role that the actor has without
    any group, ``by_hand`` the one given by hand; both are None where no group could change the actor's role. ``own_groups``
    are the seqs of the groups the actor is in directly.
    """

    ruled: dict
    given: tuple
    own: object = None
    own_groups: frozenset = frozenset()
    by_hand: object = None

    @classmethod
    def of(cls, scope):
        """Two statements; another two where some group gives a role."""
        ruled, given = role_rules.ruled_groups(scope), tuple(assignable_roles(scope.actor.role))
        if not ruled or scope.actor.kind != "person" or scope.actor.role is Role.OWNER:
            return cls(ruled, given)
        columns = (User.seq, User.given_role, User.directory_role)
        seq, by_hand, by_directory = db.session.execute(
            scope.select(User, *columns).where(User.id == scope.actor.id)
        ).one()
        mine = scope.select(Membership, Membership.group_seq).where(Membership.user_seq == seq)
        own = _strongest(Role(by_hand), Role(by_directory or Role.MEMBER))
        return cls(ruled, given, own, frozenset(db.session.scalars(mine)), Role(by_hand))

    def covers(self, group_seq):
        """Whether the actor may give the role of a group's members, if they have one."""
        role = self.ruled.get(group_seq)
        return role is None or role in self.given

    def would_keep(self, *group_seqs):
        """Whether one of these groups would give the actor, as a member, a role that nobody gave the actor by hand."""
        roles = [self.ruled[seq] for seq in group_seqs if seq in self.ruled]
        return bool(roles) and self.own is not None and _strongest(*roles).rank > self.by_hand.rank

    def would_lose(self, without):
        """Whether the actor would have a weaker role if the groups with these seqs gave none to the actor."""
        if self.own is None or self.own_groups.isdisjoint(without):
            return False
        rest = [self.ruled[seq] for seq in self.own_groups - set(without) if seq in self.ruled]
        lost = [self.ruled[seq] for seq in self.own_groups & set(without) if seq in self.ruled]
        return bool(lost) and _strongest(*lost).rank > _strongest(self.own, *rest).rank

    def may_take_out(self, scope, user_id, group_seq):
        """Whether the actor may take a person out of a group made here."""
        return self.covers(group_seq) and not (user_id == scope.actor.id and self.would_lose((group_seq,)))

    def may_take_apart(self, scope, group_seq):
        """Whether the actor may take this group out of another one whose members the actor may change."""
        return self.covers(group_seq) and not self.would_lose(_below(scope, group_seq) if self.own_groups else ())

    def may_not_join(self, scope, group_seq):
        """The seqs of groups that the actor may not put into this one, whose members the actor may change."""
        around = closure(scope, self.own_groups, down=False) if self.own_groups else None
        mine = db.session.scalars(around) if around is not None else ()
        return {seq for seq in self.ruled if not self.covers(seq)} | {
            seq for seq in mine if self.would_keep(seq, group_seq)
        }


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
    """The Offers of a group for the actor. One statement at most."""
    if not scope.allows(Permission.MANAGE_GROUPS):
        return Offers()
    is_ours, covers = is_open_to(scope, group), reach.covers(group.seq)
    inside = _below(scope, group.seq) if reach.own_groups and group.seq in reach.ruled else set()
    is_in = not reach.own_groups.isdisjoint(inside)
    holds_own = is_in and (reach.would_lose(inside) if is_ours else reach.would_keep(group.seq))
    return Offers(
        rename=is_ours,
        members=is_ours and covers,
        delete=is_ours and covers and not holds_own,
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


def _below(scope, group_seq):
    return set(db.session.scalars(closure(scope, [group_seq], down=True)))


def _strongest(*roles):
    return max(roles, key=lambda role: role.rank)

"""Members of groups, row by row: adding or removing a person costs the same in a group of five and of fifty thousand.

A directory names members, people and groups, by SCIM id. Unknown ids are skipped and the call succeeds; they are kept for
the group's page.
"""

from sqlalchemy import bindparam, delete, update

from ...database.statements import Prepared
from .. import clock
from ..client_reads.kept_members import Turnover, state
from ..client_reads.members_of_groups import ids_that_differ
from ..errors import InvalidValue, UnknownMembers
from ..events import Change, MembersChanged, MembersSkipped
from ..model import Group, Membership, User
from ..scope import own_rows
from ..sql.lists import among, json_list, numbers_in
from ..words import Grouped, say
from . import membership_rows, named_members, nesting, role_rules, skipped_members, surroundings
from .named_members import NOBODY

MAXIMUM_MEMBERS = 100_000  # of one group
MAXIMUM_NAME = 256  # characters of a group's name
_NAMED_IN_RECORD = 20  # members named in one audit entry

_GROUPS_OF = {
    column.key: Prepared(
        own_rows(Group, Group.seq)
        .where(
            Group.seq.in_(
                own_rows(Membership, Membership.group_seq)
                .join(User, (User.account_id == Membership.account_id) & (User.seq == Membership.user_seq))
                .where(column == bindparam(column.key))
            )
        )
        .order_by(Group.seq)
        .with_for_update(key_share=True)
    )
    for column in (User.id, User.scim_id)
}
_LEAVE_ALL = Prepared(
    delete(Membership)
    .where(Membership.account_id == bindparam("account_id"), Membership.user_seq == bindparam("user_seq"))
    .returning(Membership.group_seq)
)
_LOSE_ONE = Prepared(
    update(Group)
    .where(Group.account_id == bindparam("in_account"), among(Group.seq, bindparam("group_seqs")))
    .values(
        version=Group.version + 1,
        updated_at=clock.later_of(Group.updated_at, bindparam("now", type_=Group.updated_at.type)),
        member_count=Group.member_count - 1,
    )
)
_NAMES = Prepared(own_rows(User, *named_members.COLUMNS).where(among(User.seq, bindparam("user_seqs"))))


def change(work, group, *, replace=None, add=(), remove=()):
    """Apply member changes to a locked GroupRow; returns whether anything changed.

    ``replace`` is the complete new list of SCIM ids; with None, ``remove`` is applied, then ``add``. Raises
    UnknownMembers if the account refuses pushes that name unknown people; InvalidValue for a group that would close a
    circle, and for more members than a group may have.
    """
    replaces, listed = replace is not None, dict.fromkeys(add if replace is None else replace)
    if replaces:
        around = surroundings.with_members(work.scope, group)
        named, leaving, coming, going = _replaced(work, group, around, listed)
    else:
        around, named, leaving = surroundings.with_named(work.scope, group, listed, dict.fromkeys(remove))
        coming, going = named.people, leaving.people
    _meet_unknown(work, group, around, named.unknown, listed, replacing=replaces)
    inner_gone = _inner_gone(work, group, around, named.groups, None if replaces else leaving)
    # Groups are locked before people.
    is_nested_otherwise = bool(named.groups or inner_gone) and nesting.change(
        work, group, come=named.groups, gone=inner_gone
    )
    role = role_rules.hold_people(work, group.seq, coming | going) if around.has_rules else None
    gone = membership_rows.take_out(group, going)
    come = membership_rows.put_in(work, group, coming)
    group.turnover = _turnover(group, around, named, come, gone)
    if not gone and not come:
        return is_nested_otherwise
    group.member_count += len(come) - len(gone)
    if come and group.member_count > MAXIMUM_MEMBERS:
        raise InvalidValue("members", say("A group holds at most %(num)s members.", num=Grouped(MAXIMUM_MEMBERS)))
    if role is not None:
        role_rules.settle(work, role, come, gone)
    _record(work, group, come, gone, named.called | leaving.called)
    return True


def _replaced(work, group, around, listed):
    """``(named, leaving, coming, going)`` for a complete new list of SCIM ids, ``listed``: two Named, two sets of seqs.

    If the group's members are remembered, only the ids that differ are looked up.
    """
    known = ids_that_differ(work.scope, group, around.seqs, around.shifts, listed) if listed else None
    if known is not None:
        come, gone = map(set, known)
        leaving = named_members.named(work.scope, gone)
        if len(leaving.people) == len(gone):  # otherwise one of them has just got another id
            named = named_members.named(work.scope, [scim_id for scim_id in listed if scim_id in come])
            return named, leaving, named.people, leaving.people
    named, seqs = named_members.named(work.scope, listed), set(numbers_in(around.seqs))
    return named, NOBODY, named.people - seqs, seqs - named.people


def lock_groups_of(work, **named):
    """Lock the groups of a person who is about to leave them; call it before locking the person. Changes of members lock
    the group first too, and people who leave the same groups lock them in one order. ``named`` is an ``id`` or ``scim_id``.
    """
    if not work.writes_alone:
        (name,) = named
        _GROUPS_OF[name].send(account_id=work.scope.account_id, **named)


def leave_all_groups(work, row):
    """End every membership of a person, as a SCIM DELETE does; call ``lock_groups_of`` first. Roles from groups end as well:
    returns the Changes of the role in effect. The caller ends sessions and links.
    """
    left = [group_seq for (group_seq,) in _LEAVE_ALL.tuples(account_id=row.account_id, user_seq=row.seq)]
    if not left:
        return ()
    _LOSE_ONE.send(in_account=row.account_id, group_seqs=json_list(left), now=work.now)
    before, row.role = row.role, row.given_role
    return (Change("role", before, row.role),) if row.role != before else ()


def _turnover(group, around, named, come, gone):
    """The Turnover of the members, while the group still has its old version. None if there are groups among the members,
    or if the names of those who came are not all known as of ``around.shifts``.
    """
    if around.has_inner or named.groups or not come <= named.called.keys() or (come and named.shifts != around.shifts):
        return None
    before = state(group.id, group.version, around.shifts)
    return Turnover(before, {seq: named.called[seq][:2] for seq in come}, gone)


def _inner_gone(work, group, around, staying, leaving):
    """The seqs of the nested groups that leave. ``leaving`` None means that only the groups in ``staying`` remain."""
    if leaving is not None:
        return leaving.groups - staying
    return nesting.inner_seqs(work.scope, group) - staying if around.has_inner else set()


def _meet_unknown(work, group, around, unknown, listed, *, replacing):
    if unknown and around.is_strict and work.scope.actor.is_token:
        raise UnknownMembers(unknown)
    if around.has_skipped:
        skipped_members.forget(group, None if replacing else listed)
    if work.scope.actor.is_token and (listed or replacing):
        group.last_push_at = work.now
        group.last_push_token_label = work.scope.actor.label
        group.last_push_sent = len(listed)
        group.last_push_skipped = len(unknown)
    if unknown:
        skipped_members.keep(work, group, unknown)
        shown = [value[:64] for value in unknown[:_NAMED_IN_RECORD]]
        # With its own numbers: those of the group are of its last push, which may be another one when this is read.
        told = {"count": len(unknown), "sent": len(listed), "people": shown}
        work.record(MembersSkipped(group.id, group.display_name, (Change("skipped", None, told),)))


def _record(work, group, come, gone, called):
    """Record the change. ``called`` is ``{seq: (SCIM id, name, id)}`` of people whose names are known already."""
    changes = []
    for field, seqs in (("added", come), ("removed", gone)):
        if seqs:
            shown = sorted(seqs)[:_NAMED_IN_RECORD]
            missing = [seq for seq in shown if seq not in called]
            if missing:
                rows = _NAMES.tuples(account_id=group.account_id, user_seqs=json_list(missing))
                called = called | {seq: called_by for seq, *called_by in rows}
            people, ids = [called[seq][1] for seq in shown], [called[seq][2] for seq in shown]
            changes.append(Change(field, None, {"count": len(seqs), "people": people, "ids": ids}))
    work.record(MembersChanged(group.id, group.display_name, tuple(changes)))

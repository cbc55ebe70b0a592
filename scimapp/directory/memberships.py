"""Members of groups, row by row: one person more or less costs the same in a group of five and of fifty thousand.

A directory names members, people and groups, by SCIM id. Ids that belong to nobody here are skipped, the call succeeds, and the skipped
ones are kept for the group's page (article: "only those members … who are already a part … will be assigned").
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, exists, insert, update

from ..statements import Prepared
from . import clock, group_rows, nesting, role_rules, skipped_members
from .errors import InvalidValue, UnknownMembers
from .events import Change, MembersChanged, MembersSkipped
from .model import Group, Membership, User
from .scope import own_rows
from .sql_text import among, json_list
from .words import say

MAXIMUM_MEMBERS = 100_000  # of one group
MAXIMUM_NAME = 256  # characters of a group's name
_NAMED_IN_RECORD = 20  # members named in one audit entry


class _OfSome:
    """A statement about some ids or numbers. One alone, the commonest, is compared as it is: a list takes twice as long.

    ``make(are_those)`` makes it; ``are_those(column)`` is the condition on them.
    """

    def __init__(self, make):
        self._one = Prepared(make(lambda column: column == bindparam("those")))
        self._many = Prepared(make(lambda column: among(column, bindparam("those"))))

    def tuples(self, those, **values):
        if len(those) == 1:
            return self._one.tuples(those=next(iter(those)), **values)
        return self._many.tuples(those=json_list(those), **values)


_BEHIND = _OfSome(
    lambda are_those: own_rows(User, User.scim_id, User.seq, User.display_name, User.id).where(are_those(User.scim_id))
)
_IN_GROUP = Prepared(
    own_rows(Membership, User.scim_id, Membership.user_seq)
    .join(User, (User.account_id == Membership.account_id) & (User.seq == Membership.user_seq))
    .where(Membership.group_seq == bindparam("group_seq"))
)
# Whoever changes a group's members has locked the group, so nobody puts in the same person meanwhile. Who comes in is locked
# as well, so that somebody who is removed at this moment does not come in behind the one who removes.
_PUT_IN = _OfSome(
    lambda are_those: (
        insert(Membership)
        .from_select(
            ["account_id", "group_seq", "user_seq", "added_at", "added_by"],
            own_rows(
                User,
                User.account_id,
                bindparam("group_seq", type_=Membership.group_seq.type),
                User.seq,
                bindparam("added_at", type_=Membership.added_at.type),
                bindparam("added_by", type_=Membership.added_by.type),
            )
            .where(
                are_those(User.seq),
                User.removed_at.is_(None),  # asked for a ``scim_id``, SQLite walks all ids
                ~exists().where(
                    Membership.account_id == User.account_id,
                    Membership.group_seq == bindparam("group_seq"),
                    Membership.user_seq == User.seq,
                ),
            )
            .with_for_update(read=True, of=User),
        )
        .returning(Membership.user_seq)
    )
)
_TAKE_OUT = _OfSome(
    lambda are_those: (
        delete(Membership)
        .where(Membership.account_id == bindparam("account_id"), Membership.group_seq == bindparam("group_seq"))
        .where(are_those(Membership.user_seq))
        .returning(Membership.user_seq)
    )
)
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
_NAMES = Prepared(own_rows(User, User.seq, User.display_name, User.id).where(among(User.seq, bindparam("user_seqs"))))


@dataclass(frozen=True, slots=True)
class _Named:
    """What member values stand for."""

    people: dict  # SCIM id → seq
    called: dict  # seq → (name, id) of those of them who were looked up
    groups: set  # seqs
    unknown: list


_NOBODY = _Named({}, {}, frozenset(), ())


def change(work, group, *, replace=None, add=(), remove=()):
    """Apply member changes to a locked group (a GroupRow, or a row of the session that has been flushed); returns whether
    anything changed.

    ``replace`` is the complete new list of SCIM ids, None to leave the list and apply ``remove`` then ``add``.
    Raises UnknownMembers where the account refuses a push that names unknown people, InvalidValue for a group that would
    close a circle, and for more members than a group may have.
    """
    around = group_rows.surroundings(work.scope, group)
    replaces, listed = replace is not None, list(dict.fromkeys(add if replace is None else replace))
    current = dict(_IN_GROUP.tuples(**_key(group))) if replaces else {}
    named = _named(work.scope, listed, current)
    _meet_unknown(work, group, around, named.unknown, listed, replacing=replaces)
    leaving = _NOBODY if replaces else _named(work.scope, list(remove))
    if replaces:
        staying = named.people.keys() & current.keys()
        gone = _take_out(group, [seq for scim_id, seq in current.items() if scim_id not in staying])
        come = _put_in(work, group, [seq for scim_id, seq in named.people.items() if scim_id not in staying])
    else:
        gone = _take_out(group, leaving.people.values())
        come = _put_in(work, group, named.people.values())
    inner_gone = _inner_gone(work, group, around, named.groups, None if replaces else leaving)
    is_nested_otherwise = bool(named.groups or inner_gone) and nesting.change(
        work, group, come=named.groups, gone=inner_gone
    )
    if not gone and not come:
        return is_nested_otherwise
    group.member_count += len(come) - len(gone)
    if come and group.member_count > MAXIMUM_MEMBERS:
        raise InvalidValue("members", say("A group holds at most %(num)s members.", num=f"{MAXIMUM_MEMBERS:,}"))
    if around.has_rules:
        role_rules.settle(work, group.seq, gone | come)
    _record(work, group, come, gone, named.called | leaving.called)
    return True


def leave_all_groups(work, row):
    """End every membership of a person, as a SCIM DELETE does."""
    left = [group_seq for (group_seq,) in _LEAVE_ALL.tuples(account_id=row.account_id, user_seq=row.seq)]
    if left:
        _LOSE_ONE.run(in_account=row.account_id, group_seqs=json_list(left), now=work.now)
        row.role = row.given_role


def _named(scope, scim_ids, known=()):
    """What SCIM ids stand for; ``known`` is ``{SCIM id: seq}`` of people whose seq is known. An id of another account
    belongs to nobody.
    """
    if not scim_ids:
        return _NOBODY
    people, called = {value: known[value] for value in scim_ids if value in known} if known else {}, {}
    asked = [value for value in scim_ids if value not in people]
    if asked:
        for scim_id, seq, *called_by in _BEHIND.tuples(asked, account_id=scope.account_id):
            people[scim_id], called[seq] = seq, called_by
    unknown = [value for value in asked if value not in people]
    groups = nesting.found_by(scope, unknown) if unknown else {}
    return _Named(people, called, set(groups.values()), [value for value in unknown if value not in groups])


def _inner_gone(work, group, around, staying, leaving):
    """The seqs of the groups in the group that leave it; ``leaving`` None where ``staying`` are all that stay."""
    if leaving is not None:
        return leaving.groups - staying
    return nesting.inner_seqs(work.scope, group) - staying if around.has_inner else set()


def _put_in(work, group, seqs):
    """Add members; returns those who were not in yet."""
    if not seqs:
        return set()
    made = {"added_at": work.now, "added_by": work.scope.actor.label}
    return {seq for (seq,) in _PUT_IN.tuples(seqs, **_key(group), **made)}


def _take_out(group, seqs):
    """Take members out; returns those who were in."""
    if not seqs:
        return set()
    return {seq for (seq,) in _TAKE_OUT.tuples(seqs, **_key(group))}


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
        work.record(MembersSkipped(group.id, group.display_name, (Change("skipped", None, shown),)))


def _record(work, group, come, gone, called):
    """``called`` is ``{seq: (name, id)}`` of people whose names are known already."""
    changes = []
    for field, seqs in (("added", come), ("removed", gone)):
        if seqs:
            shown = sorted(seqs)[:_NAMED_IN_RECORD]
            missing = [seq for seq in shown if seq not in called]
            if missing:
                rows = _NAMES.tuples(account_id=group.account_id, user_seqs=json_list(missing))
                called = called | {seq: called_by for seq, *called_by in rows}
            people, ids = [called[seq][0] for seq in shown], [called[seq][1] for seq in shown]
            changes.append(Change(field, None, {"count": len(seqs), "people": people, "ids": ids}))
    work.record(MembersChanged(group.id, group.display_name, tuple(changes)))


def _key(group):
    return {"account_id": group.account_id, "group_seq": group.seq}

"""What else a change of a group's members must know about the group, read in the same statement as the members.

Read it after locking the group: on Postgres, a statement that waited for the lock would see old values of everything else.
It may be sent together with the lock, behind it.
"""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists

from ...database.statements import Prepared
from ..client_reads.members_of_groups import MEMBER_SHIFTS
from ..model import Account, Group, Membership, NestedGroup, RoleRule, SkippedMember, User
from ..scope import own_rows
from ..sql.lists import joined
from ..sql.plain_rows import columns_of
from . import named_members
from .named_members import FEW, NOBODY, OfSome


class Surroundings(NamedTuple):
    """``seqs``: for a complete new list, the numbers of the current members, separated by commas; None for no members."""

    is_strict: bool  # whether the account refuses pushes that name unknown people
    has_rules: bool  # whether groups of the account give roles
    has_skipped: bool
    has_inner: bool
    shifts: int | None  # MEMBER_SHIFTS
    seqs: str | None = None


_ACCOUNT = bindparam("account_id")
_COLUMNS = (
    Account.strict_members,
    exists().where(RoleRule.account_id == _ACCOUNT).label("has_rules"),
    exists().where(SkippedMember.account_id == _ACCOUNT, SkippedMember.group_seq == Group.seq).label("has_skipped"),
    exists().where(NestedGroup.account_id == _ACCOUNT, NestedGroup.group_seq == Group.seq).label("has_inner"),
    MEMBER_SHIFTS,
)
_WIDTH, _END = len(_COLUMNS), len(_COLUMNS) + len(named_members.COLUMNS)  # of these, and of the people behind them
_SEQS = (
    own_rows(Membership, joined(Membership.user_seq, Membership.user_seq))
    .where(Membership.group_seq == Group.seq)
    .correlate(Group)
)


def _around(*further):
    same_account = Account.id == Group.account_id
    return own_rows(Group, *_COLUMNS, *further).join(Account, same_account).where(Group.id == bindparam("group_id"))


_ALONE = Prepared(_around())
_WITH_MEMBERS = Prepared(_around(_SEQS.scalar_subquery()))
_GROUP = tuple(getattr(Group, name) for name in columns_of(Group))


def _with_people(*further):
    return OfSome(
        lambda are_those: _around(*named_members.COLUMNS, *further).outerjoin(
            User, and_(User.account_id == Group.account_id, are_those(User.scim_id))
        )
    )


_WITH_PEOPLE, _WITH_PEOPLE_AND_GROUP = _with_people(), _with_people(*_GROUP)


def with_members(scope, group):
    """The Surroundings of a group that gets a complete new list."""
    return Surroundings(*_WITH_MEMBERS.first(account_id=scope.account_id, group_id=group.id))


def soon_named(scope, group_id, coming, leaving):
    """What ``with_named`` would wait for, to be sent behind the lock of the group: ``(coming, leaving, a function that returns
    the rows)``, for the group's ``around``. None where that takes more statements.
    """
    those = coming or leaving
    if not _is_one_statement(coming, leaving, those):
        return None
    return coming, leaving, _WITH_PEOPLE.soon(those, account_id=scope.account_id, group_id=group_id).tuples


def together(scope, group_id, coming, leaving):
    """``(values of the group's columns, its around)`` in one statement, where nobody else writes and a lock is none. The values
    are None for no group; None for all where that takes more statements.
    """
    those = coming or leaving
    if not _is_one_statement(coming, leaving, those):
        return None
    rows = _WITH_PEOPLE_AND_GROUP.tuples(those, account_id=scope.account_id, group_id=group_id)
    return rows[0][-len(_GROUP) :] if rows else None, (coming, leaving, lambda: rows)


def with_named(scope, group, coming, leaving):
    """``(Surroundings, the Named of coming, the Named of leaving)`` for two dicts of distinct SCIM ids. One statement if
    few come or few leave, as usual for directories.
    """
    key, those = {"account_id": scope.account_id, "group_id": group.id}, coming or leaving
    if not _is_one_statement(coming, leaving, those):
        around = Surroundings(*_ALONE.first(**key))
        return around, *(named_members.named(scope, scim_ids) for scim_ids in (coming, leaving))
    asked = group.around and group.around[:2] == (coming, leaving)
    rows = group.around[2]() if asked else _WITH_PEOPLE.tuples(those, **key)
    around = Surroundings(*rows[0][:_WIDTH])
    people = [row[_WIDTH:_END] for row in rows if row[_WIDTH] is not None]  # nobody found is one row of None
    found = named_members.of_found(scope, those, people, around.shifts)
    return around, *((found, NOBODY) if coming else (NOBODY, found))


def _is_one_statement(coming, leaving, those):
    return those and len(those) <= FEW and not (coming and leaving)

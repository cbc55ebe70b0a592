"""The groups that people are in, for many people at a time."""

import orjson
from sqlalchemy import Integer, bindparam, cast, exists
from sqlalchemy.orm import aliased

from ..database import db
from ..statements import Prepared
from . import group_closure
from .model import Group, Membership, NestedGroup, User
from .scope import own_rows
from .sql_text import among, json_list, json_rows

_IS_INSIDE = exists().where(NestedGroup.account_id == Group.account_id, NestedGroup.member_seq == Group.seq)
# The groups of one person as a column beside the person: see ``told``.
OWN_GROUPS = (
    own_rows(
        Membership,
        json_rows(Group.display_name_key, Group.seq, Group.id, Group.display_name, cast(_IS_INSIDE, Integer)),
    )
    .where(
        Membership.user_seq == User.seq, Group.account_id == Membership.account_id, Group.seq == Membership.group_seq
    )
    .correlate(User)
    .scalar_subquery()
)  # fmt: skip
_OF_ONE = Prepared(own_rows(User, OWN_GROUPS).where(User.seq == bindparam("user_seq")))
# Many people are in the same few groups, so groups are read by themselves.
_OF_MANY = Prepared(
    own_rows(Membership, Membership.user_seq, Membership.group_seq).where(
        among(Membership.user_seq, bindparam("user_seqs"))
    )
)
_GROUPS = Prepared(
    own_rows(Group, Group.seq, Group.id, Group.display_name, Group.display_name_key, _IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


def groups_of_people(scope, user_seqs):
    """``{user seq: ((group id, display name, "direct" or "indirect"), …)}`` by group name, direct ones first.

    One statement for one person, two for more; one more when one of the groups is in another group.
    """
    if len(user_seqs) == 1:
        own = told(scope, user_seqs[0], _OF_ONE.scalar(account_id=scope.account_id, user_seq=user_seqs[0]))
        return {user_seqs[0]: own} if own else {}
    found, is_nested = _direct(scope, user_seqs) if user_seqs else ({}, False)
    return _with_indirect(scope, found, user_seqs) if is_nested else found


def told(scope, user_seq, own_groups):
    """The same tuple for one person, from the column OWN_GROUPS; a statement when one of the groups is in another."""
    rows = sorted(orjson.loads(own_groups)) if own_groups else []
    found = tuple((group_id, name, "direct") for _, _, group_id, name, _ in rows)
    if any(is_inside for *_, is_inside in rows):
        found = _with_indirect(scope, {user_seq: found}, [user_seq])[user_seq]
    return found


def _direct(scope, user_seqs):
    """``({user seq: groups}, whether any of the groups is inside of another)``."""
    members, found = {}, {}
    for user_seq, group_seq in _OF_MANY.tuples(account_id=scope.account_id, user_seqs=json_list(user_seqs)):
        members.setdefault(group_seq, []).append(user_seq)
    groups = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(members)) if members else []
    groups.sort(key=lambda group: (group.display_name_key, group.seq))
    for group in groups:
        shown = (group.id, group.display_name, "direct")
        for user_seq in members[group.seq]:
            found.setdefault(user_seq, []).append(shown)
    return {user_seq: tuple(shown) for user_seq, shown in found.items()}, any(group.is_inside for group in groups)


def _with_indirect(scope, found, user_seqs):
    query = indirect_groups(scope, Membership.user_seq, Group.id, Group.display_name).distinct()
    query = query.where(Membership.user_seq.in_(user_seqs))
    for user_seq, group_id, name in sorted(db.session.execute(query).tuples(), key=lambda row: (row[2], row[1])):
        found[user_seq] += ((group_id, name, "indirect"),)
    return found


def indirect_groups(scope, *columns):
    """A select over the groups (``Group``) that people (``Membership.user_seq``) are in through other groups alone."""
    inside, direct = group_closure.pairs(scope), aliased(Membership)
    is_direct = exists().where(
        direct.account_id == Membership.account_id,
        direct.user_seq == Membership.user_seq,
        direct.group_seq == inside.c.outer,
    )
    return (
        scope.select(Membership, *columns)
        .join(inside, inside.c.inner == Membership.group_seq)
        .join(Group, (Group.account_id == Membership.account_id) & (Group.seq == inside.c.outer))
        .where(~is_direct)
    )

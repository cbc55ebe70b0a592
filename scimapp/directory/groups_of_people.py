"""The groups that people are in, for many people at a time.

Many people are in the same groups, and groups are rarely called otherwise, so what is shown of a group is remembered. It
holds as long as no group of the account got another name, id or place in others; that is counted in the transaction that
does it (``group_shifts``) and read in the same statement as the people, so it holds in all processes or in none. A server of
an older version does not count; for its sake nothing is remembered for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from collections import OrderedDict
from types import SimpleNamespace
from typing import NamedTuple

from sqlalchemy import bindparam, exists
from sqlalchemy.orm import aliased

from ..database import is_writing
from ..statements import Prepared
from . import group_closure
from .model import Counter, Group, Membership, NestedGroup, User
from .scope import own_rows
from .sql_text import among, joined, json_list

SHIFTS = "group_shifts"
MAXIMUM_SECONDS = 60
MAXIMUM_ACCOUNTS = 32  # whose groups are remembered
MAXIMUM_GROUPS = 5_000  # of one account
MAXIMUM_PEOPLE = 2_000  # different sets of groups of one account
_IS_INSIDE = (  # by a column of the index that finds them: for ``*`` SQLite reads all nested groups, of each group anew
    exists(NestedGroup.member_seq).where(
        NestedGroup.account_id == Group.account_id, NestedGroup.member_seq == Group.seq
    )
)
# Two columns beside a person, for ``of``: the numbers of the person's groups with commas between, and how often groups of
# the account have shifted.
GROUPS = (
    own_rows(Membership, joined(Membership.group_seq, Membership.group_seq))
    .where(Membership.user_seq == User.seq)
    .correlate(User)
    .scalar_subquery()
    .label("group_seqs"),
    own_rows(Counter, Counter.value).where(Counter.name == SHIFTS).correlate(None).scalar_subquery().label(SHIFTS),
)
_OF_ONE = Prepared(own_rows(User, *GROUPS).where(User.seq == bindparam("user_seq")))
_GROUPS = Prepared(
    own_rows(Group, Group.seq, Group.id, Group.display_name, Group.display_name_key, _IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


class _Known(NamedTuple):
    """A group as its members show it. ``key`` is its own alone and sorts by name; ``outer`` are the groups around it, as
    ``(name, id, seq)``.
    """

    key: tuple
    direct: tuple
    outer: tuple


class _Remembered:
    """What is known of one account's groups since they shifted last."""

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.groups = {}  # seq as a text → _Known
        self.people = {}  # numbers of groups → the groups as they are shown


_accounts = OrderedDict()  # account id → _Remembered
_lock = threading.Lock()


def of(scope, rows):
    """For each of ``rows`` that end in GROUPS a tuple of ``(group id, display name, "direct" or "indirect")``: by group
    name, direct ones first. No statement where all groups are known; else one, or two for groups that are in others.
    """
    if not rows:
        return []
    known = _remembered(scope.account_id, rows[0][-1])
    lists = [row[-2] for row in rows]
    found = {text: known.people.get(text) for text in set(lists) if text}
    if None in found.values():
        _find(scope, known, found)
    return [found[text] if text else () for text in lists]


def of_written(scope, row):
    """The same for a PersonRow; who was locked to be written was read with them."""
    own = row.own_groups
    if own is None:
        own = _OF_ONE.first(account_id=scope.account_id, user_seq=row.seq)
    return of(scope, [own])[0] if own else ()


def _remembered(account_id, shifts):
    if (
        shifts is None or is_writing()
    ):  # an account without the count; what others do not see yet and perhaps never will
        return _Remembered(shifts)
    with _lock:
        known = _accounts.get(account_id)
        if known is None or known.shifts != shifts or known.until < time.monotonic():
            known = _accounts[account_id] = _Remembered(shifts)
        _accounts.move_to_end(account_id)
        if len(_accounts) > MAXIMUM_ACCOUNTS:
            _accounts.popitem(last=False)
    return known


def _find(scope, known, found):
    """Fill in those of ``found`` that are None."""
    lists = {text: text.split(",") for text, groups in found.items() if groups is None}
    groups = known.groups
    missing = {seq for seqs in lists.values() for seq in seqs if seq not in groups}
    if missing:
        come = _read(scope, missing)
        if len(groups) + len(come) > MAXIMUM_GROUPS:
            groups = known.groups = {seq: groups[seq] for seqs in lists.values() for seq in seqs if seq in groups}
        groups.update(come)
    if len(known.people) + len(lists) > MAXIMUM_PEOPLE:
        known.people = {}
    for text, seqs in lists.items():
        found[text] = known.people[text] = _shown([groups[seq] for seq in seqs if seq in groups])


def _shown(groups):
    groups.sort()
    direct = tuple([shown for _, shown, _ in groups])
    around = [item for _, _, outer in groups for item in outer]
    if not around:
        return direct
    own = {key[1] for key, _, _ in groups}
    return direct + tuple((group_id, name, "indirect") for name, group_id, seq in sorted(set(around)) if seq not in own)


def _read(scope, seqs):
    """``{seq: _Known}`` of those of these groups that are still there; numbers are texts."""
    rows = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(map(int, seqs)))
    inside, outer = [row.seq for row in rows if row.is_inside], {}
    if inside:
        for inner, *item in _OUTER.tuples(account_id=scope.account_id, group_seqs=json_list(inside)):
            outer.setdefault(inner, []).append(tuple(item))
    return {
        str(row.seq): _Known(
            (row.display_name_key, row.seq), (row.id, row.display_name, "direct"), tuple(outer.get(row.seq, ()))
        )
        for row in rows
    }


def _outer():
    inside = group_closure.pairs(SimpleNamespace(select=own_rows))
    columns = (inside.c.inner, Group.display_name, Group.id, Group.seq)
    these = among(inside.c.inner, bindparam("group_seqs"))
    return Prepared(own_rows(Group, *columns).join(inside, inside.c.outer == Group.seq).where(these))


_OUTER = _outer()


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

"""The groups that people are in, for many people at a time.

Many people are in the same groups, and groups are rarely called otherwise, so what is shown of a group is written once and
remembered. It holds as long as no group of the account got another name, id or place in others; that is counted in the
transaction that does it (``group_shifts``) and read in the same statement as the people, so it holds in all processes or in
none. A server of an older version does not count; for its sake nothing is remembered for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from collections import OrderedDict
from hashlib import sha256
from types import SimpleNamespace

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
MAXIMUM_BYTES = 2_000_000  # of these sets as they are shown
NONE = (b"", b"")  # what is shown of somebody who is in no group
IS_INSIDE = (  # by a column of the index that finds them: for ``*`` SQLite reads all nested groups, of each group anew
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
    own_rows(Group, Group.seq, Group.id, Group.display_name, Group.display_name_key, IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


class _Remembered:
    """What is known of one account's groups since they shifted last."""

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.groups = {}  # seq as a text → (name to sort by, seq, text in bytes, digest, groups around it)
        self.around = {}  # seq → (name, id, seq, text, digest) of a group around others, once for all of them
        self.forget_people()

    def forget_people(self):
        self.people, self.size = {None: NONE}, 0  # numbers of groups → what ``of`` gives; bytes of that


_accounts = OrderedDict()  # (account id, forms) → _Remembered
_lock = threading.Lock()


def of(scope, rows, forms):
    """For each of ``rows`` that end in GROUPS ``(text, digest)`` in bytes: the groups of the person with commas between, by
    name, direct ones first, and ten hexadecimal digits that are others when the text is.

    ``forms`` are two ReferenceForms, of a group that the person is in and of one that is around such a group. No statement
    where all groups are known; else one, or two for groups that are in others.
    """
    if not rows:
        return []
    known = _remembered(scope.account_id, forms, rows[0][-1])
    people = known.people
    try:
        return [people[row[-2]] for row in rows]
    except KeyError:
        found = {row[-2]: people.get(row[-2]) for row in rows}
        _find(scope, forms, known, found)
    return [found[row[-2]] for row in rows]


def of_written(scope, row, forms):
    """The same for a PersonRow; who was locked to be written was read with them."""
    own = row.own_groups
    if own is None:
        own = _OF_ONE.first(account_id=scope.account_id, user_seq=row.seq)
    return of(scope, [own], forms)[0] if own else NONE


def _remembered(account_id, forms, shifts):
    if (
        shifts is None or is_writing()
    ):  # an account without the count; what others do not see yet and perhaps never will
        return _Remembered(shifts)
    key = (account_id, forms)
    with _lock:
        known = _accounts.get(key)
        if known is None or known.shifts != shifts or known.until < time.monotonic():
            known = _accounts[key] = _Remembered(shifts)
        _accounts.move_to_end(key)
        if len(_accounts) > MAXIMUM_ACCOUNTS:
            _accounts.popitem(last=False)
    return known


def _find(scope, forms, known, found):
    """Fill in those of ``found`` that are None."""
    lists = {text: text.split(",") for text, groups in found.items() if groups is None}
    wanted, groups, around = set().union(*lists.values()), known.groups, known.around
    missing = wanted.difference(groups)
    if missing:
        if len(groups) + len(missing) > MAXIMUM_GROUPS:
            groups, around = {seq: groups[seq] for seq in wanted - missing}, {}
            known.groups, known.around = groups, around
        groups.update(_read(scope, forms, missing, around))
    made = {text: _shown([*filter(None, map(groups.get, seqs))]) for text, seqs in lists.items()}
    found.update(made)
    size = sum([len(text) for text, _ in made.values()])
    if len(known.people) + len(made) > MAXIMUM_PEOPLE or known.size + size > MAXIMUM_BYTES:
        known.forget_people()
    if size <= MAXIMUM_BYTES:
        known.people.update(made)
        known.size += size


def _shown(groups):
    groups.sort()
    texts, digest, around = [], 0, set()
    for _, _, text, part, outer in groups:
        texts.append(text)
        digest ^= part
        if outer:
            around.update(outer)
    if around:
        own = {group[1] for group in groups}
        for _, _, seq, text, part in sorted(around):
            if seq not in own:
                texts.append(text)
                digest ^= part
    return b",".join(texts), b"%010x" % digest


def _read(scope, forms, seqs, around):
    """What is remembered of those of these groups that are still there, by number; numbers are texts. Fills ``around``."""
    direct, indirect = forms
    rows = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(map(int, seqs)))
    inside, outer = [row.seq for row in rows if row.is_inside], {}
    if inside:
        for inner, name, group_id, seq in _OUTER.tuples(account_id=scope.account_id, group_seqs=json_list(inside)):
            shown = around.get(seq)
            if shown is None:
                shown = around[seq] = (name, group_id, seq, *_written(indirect, group_id, name))
            outer.setdefault(inner, []).append(shown)
    return {
        str(row.seq): (
            row.display_name_key,
            row.seq,
            *_written(direct, row.id, row.display_name),
            tuple(outer.get(row.seq, ())),
        )
        for row in rows
    }


def _written(form, group_id, name):
    """``(text, digest)`` of one group. Digests of a set are laid over each other: one for all would cost more than the text."""
    text = form.named(group_id, name)
    return text, int.from_bytes(sha256(text).digest()[:5], "big")


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

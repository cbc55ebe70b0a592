"""The groups that people are in, for many people at a time.

Many people are in the same groups, and groups are rarely called otherwise, so what is shown of a group is written once and
remembered. It holds as long as no group of the account got another name, id or place in others; that is counted in the
transaction that does it (``group_shifts``) and read in the same statement as the people, so it holds in all processes or in
none. A server of an older version does not count; for its sake nothing is remembered for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from collections import OrderedDict
from functools import reduce
from hashlib import sha256
from operator import xor
from types import SimpleNamespace

from orjson import loads
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


class _Groups:
    """Groups of one account as they are shown, by number. What a page asks of each stands apart: for a hundred people hundreds
    of groups are met in no order, and memory that was not touched for a while is what that costs.
    """

    __slots__ = ("around", "digests", "names", "outer", "texts")

    def __init__(self):
        self.texts, self.digests = {}, {}  # JSON in bytes; a number that is another when the text is
        self.outer = {}  # of those that are in others alone: what is shown of each of those
        self.around = {}  # a group around others, once for all of them: (name, id, seq, text, digest)
        self.names = {}  # to sort by; filled last, so who is found here is found everywhere


class _Remembered:
    """What is known of one account's groups since they shifted last."""

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.groups = _Groups()
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
    unknown = [text for text, groups in found.items() if groups is None]
    lists = loads(f"[[{'],['.join(unknown)}]]")
    try:
        shown = _shown(known.groups, lists)
    except KeyError:
        groups = _with(scope, forms, known, set().union(*lists))
        shown = _shown(groups, [[*filter(groups.names.__contains__, seqs)] for seqs in lists])
    made = dict(zip(unknown, shown, strict=True))
    found.update(made)
    size = sum([len(text) for text, _ in shown])
    if len(known.people) + len(made) > MAXIMUM_PEOPLE or known.size + size > MAXIMUM_BYTES:
        known.forget_people()
    if size <= MAXIMUM_BYTES:
        known.people.update(made)
        known.size += size


def _shown(groups, lists):
    """What ``of`` gives for each list of numbers of groups, in the order they were created. Raises KeyError for one that is
    not among ``groups``.
    """
    name_of, text_of, digest_of = groups.names.__getitem__, groups.texts.__getitem__, groups.digests.__getitem__
    outer, shown = groups.outer, []
    for seqs in lists:
        seqs.sort(key=name_of)
        texts, digest = [*map(text_of, seqs)], reduce(xor, map(digest_of, seqs), 0)
        if outer and not outer.keys().isdisjoint(seqs):
            for _, _, seq, text, part in sorted(set().union(*(outer.get(seq, ()) for seq in seqs))):
                if seq not in seqs:
                    texts.append(text)
                    digest ^= part
        shown.append((b",".join(texts), b"%010x" % digest))
    return shown


def _with(scope, forms, known, wanted):
    """The _Groups of an account with those of the ``wanted`` numbers that are still there."""
    groups = known.groups
    missing = wanted - groups.names.keys()
    if len(groups.names) + len(missing) > MAXIMUM_GROUPS:
        groups, missing = _Groups(), wanted
        known.groups = groups
    _read(scope, forms, missing, groups)
    return groups


def _read(scope, forms, seqs, groups):
    """Put those of these groups that are still there into ``groups``."""
    direct, indirect = forms
    rows = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(seqs))
    inside, outer = [row.seq for row in rows if row.is_inside], {}
    if inside:
        for inner, name, group_id, seq in _OUTER.tuples(account_id=scope.account_id, group_seqs=json_list(inside)):
            shown = groups.around.get(seq)
            if shown is None:
                shown = groups.around[seq] = (name, group_id, seq, *_written(indirect, group_id, name))
            outer.setdefault(inner, []).append(shown)
    for row in rows:
        groups.texts[row.seq], groups.digests[row.seq] = _written(direct, row.id, row.display_name)
        if row.seq in outer:
            groups.outer[row.seq] = tuple(outer[row.seq])
        groups.names[row.seq] = row.display_name_key


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

"""The groups that people are in, for many people at a time.

Many people are in the same groups, and groups are rarely called otherwise, so what is shown of a group is written once and
remembered. It holds as long as no group of the account got another name, id or place in others; that is counted in the
transaction that does it (``group_shifts``) and read in the same statement as the numbers of the groups, so it holds in all
processes or in none. A server of an older version does not count; for its sake nothing is remembered for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from collections import Counter as Tally
from collections import OrderedDict
from hashlib import sha256
from itertools import accumulate, chain, compress, islice, pairwise
from operator import xor
from types import SimpleNamespace

from sqlalchemy import bindparam, exists, select, tuple_
from sqlalchemy.orm import aliased

from ...database import is_writing
from ...database.statements import Prepared
from ..groups import group_closure
from ..model import Counter, Group, Membership, NestedGroup, User
from ..scope import own_rows
from ..sql_text import among, joined, json_list, numbers_in

SHIFTS = "group_shifts"
MAXIMUM_SECONDS = 60
MAXIMUM_ACCOUNTS = 32  # whose groups are remembered
MAXIMUM_GROUPS = 5_000  # of one account
MAXIMUM_MENTIONS = 5_000  # of groups on the pages of one account
NONE = (b"", b"")  # what is shown of somebody who is in no group
IS_INSIDE = (  # by a column of the index that finds them: for ``*`` SQLite reads all nested groups, of each group anew
    exists(NestedGroup.member_seq).where(
        NestedGroup.account_id == Group.account_id, NestedGroup.member_seq == Group.seq
    )
)
_SHIFTS = own_rows(Counter, Counter.value).where(Counter.name == SHIFTS).correlate(None).scalar_subquery().label(SHIFTS)
# Two columns beside a person, for ``of``: the numbers of the person's groups with commas between, and how often groups of
# the account have shifted.
GROUPS = (
    own_rows(Membership, joined(Membership.group_seq, Membership.group_seq))
    .where(Membership.user_seq == User.seq)
    .correlate(User)
    .scalar_subquery()
    .label("group_seqs"),
    _SHIFTS,
)
# Two lists, a person and a group of the person's at each place, and the same count. Walking through an index is less than
# half of what a subquery for each person takes; Postgres may find the rows in any other order.
_BETWEEN = Prepared(
    own_rows(
        Membership,
        joined(Membership.user_seq, Membership.user_seq).label("people"),
        joined(Membership.group_seq, tuple_(Membership.user_seq, Membership.group_seq)).label("groups"),
        _SHIFTS,
    ).where(Membership.user_seq.between(bindparam("first"), bindparam("last")))
)
_OF_ONE = Prepared(own_rows(User, *GROUPS).where(User.seq == bindparam("user_seq")))
_GROUPS = Prepared(
    own_rows(Group, Group.seq, Group.id, Group.display_name, IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


class _Remembered:
    """What is known of one account's groups since they shifted last.

    ``groups`` are, by number, ``(text, mark, groups around)``: JSON in bytes, a number below 2⁴⁰ that is another when the text is, and a
    tuple of ``(number, text, mark)`` of those that have this one in them alone, each made once, in ``around``. ``pages`` are what
    ``of_neighbours`` gave last, for each person in a group, by what the database told of them.
    """

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.groups, self.around = {}, {}
        self.forget_pages()

    def forget_pages(self):
        self.pages, self.mentions = {}, 0


_accounts = OrderedDict()  # (account id, forms) → _Remembered
_lock = threading.Lock()


def of(scope, rows, forms):
    """For each of ``rows`` that end in GROUPS ``(text, mark)``: the groups of the person as JSON in bytes with commas between, in the
    order of creation, direct ones first, and ``-`` with ten hexadecimal digits that are others when the text is; NONE for no group.

    ``forms`` are two ReferenceForms, of a group that the person is in and of one that is around such a group. No statement
    where all groups are known; else one, or two for groups that are in others.
    """
    if not rows:
        return []
    sets = [numbers_in(row[-2]) for row in rows]
    known = _remembered(scope.account_id, forms, rows[0][-1])
    return _shown(scope, forms, known, [*chain.from_iterable(sets)], map(len, sets))


def of_neighbours(scope, rows, forms):
    """The same for ``rows`` that begin with the person's number, in order and with nobody in between who is not among them,
    without GROUPS: one statement more, which tells the groups of all.
    """
    people, groups, shifts = _BETWEEN.raw(account_id=scope.account_id, first=rows[0][0], last=rows[-1][0])
    known = _remembered(scope.account_id, forms, shifts)
    shown = known.pages.get((people, groups))
    if shown is None:
        seqs, counts = numbers_in(groups), Tally(numbers_in(people))  # in the order in which they stand there
        shown = dict(zip(counts, _shown(scope, forms, known, seqs, counts.values()), strict=True))
        if len(seqs) <= MAXIMUM_MENTIONS:
            if known.mentions + len(seqs) > MAXIMUM_MENTIONS:
                known.forget_pages()
            known.pages[people, groups] = shown
            known.mentions += len(seqs)
    return [shown.get(row[0], NONE) for row in rows]


def of_written(scope, row, forms):
    """The same for a PersonRow; who was locked to be written was read with them."""
    own = row.own_groups
    if own is None:
        own = _OF_ONE.first(account_id=scope.account_id, user_seq=row.seq)
    return of(scope, [own], forms)[0] if own else NONE


def _shown(scope, forms, known, seqs, counts):
    """What ``of`` gives for some people: ``seqs`` are the numbers of all their groups, ``counts`` how many of them each is in."""
    try:
        found = [*map(known.groups.__getitem__, seqs)]
    except KeyError:
        groups = _with(scope, forms, known, {*seqs})
        are_there = [seq in groups for seq in seqs]
        places = iter(are_there)
        counts = [sum(islice(places, count)) for count in counts]
        seqs = [*compress(seqs, are_there)]
        found = [groups[seq] for seq in seqs]
    texts, marks, around = zip(*found, strict=True) if found else ((), (), ())
    parts, until = pairwise(accumulate(counts, initial=0)), [*accumulate(marks, xor, initial=0)]
    if any(around):
        return [
            _with_those_around(texts[begin:end], until[begin] ^ until[end], seqs[begin:end], around[begin:end])
            for begin, end in parts
        ]
    return [
        (b",".join(texts[begin:end]), b"-%010x" % (until[begin] ^ until[end])) if begin < end else NONE
        for begin, end in parts
    ]


def _with_those_around(texts, mark, seqs, around):
    """What is shown of somebody in the groups ``seqs`` with those that are ``around`` each of them."""
    texts = [*texts]
    for seq, further, part in sorted({*chain.from_iterable(around)}):
        if seq not in seqs:
            texts.append(further)
            mark ^= part
    return (b",".join(texts), b"-%010x" % mark) if texts else NONE


def _remembered(account_id, forms, shifts):
    # An account without the count; what others do not see yet and perhaps never will.
    if shifts is None or is_writing():
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


def _with(scope, forms, known, wanted):
    """The groups of an account, by number, with those of the ``wanted`` that are still there."""
    groups, around = known.groups, known.around
    missing = wanted - groups.keys()
    if len(groups) + len(missing) > MAXIMUM_GROUPS:
        groups, around = known.groups, known.around = {}, {}
        missing = wanted
    groups.update(_read(scope, forms, missing, around))
    return groups


def _read(scope, forms, seqs, around):
    """``{number: group}`` of those of these groups that are still there, as they are remembered."""
    direct, indirect = forms
    rows = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(seqs))
    inside, outer = [row.seq for row in rows if row.is_inside], {}
    if inside:
        for inner, name, group_id, seq in _OUTER.tuples(account_id=scope.account_id, group_seqs=json_list(inside)):
            if seq not in around:
                around[seq] = (seq, *_written(indirect, group_id, name))
            outer[inner] = (*outer.get(inner, ()), around[seq])
    return {row.seq: (*_written(direct, row.id, row.display_name), outer.get(row.seq, ())) for row in rows}


def _written(form, group_id, name):
    """``(text, mark)`` of one group. Marks of several are laid over each other: one for all would cost more than the text."""
    text = form.named(group_id, name)
    return text, int.from_bytes(sha256(text).digest()[:5], "big")


def _outer():
    inside = group_closure.pairs(SimpleNamespace(select=own_rows))
    columns = (inside.c.inner, Group.display_name, Group.id, Group.seq)
    these = among(inside.c.inner, bindparam("group_seqs"))
    return Prepared(own_rows(Group, *columns).join(inside, inside.c.outer == Group.seq).where(these))


_OUTER = _outer()


def in_indirectly(scope, condition):
    """A select of the numbers of people who are, through other groups alone, in groups that meet a condition on Group."""
    inside, direct = group_closure.pairs(scope, condition), aliased(Membership)
    is_direct = exists().where(
        direct.account_id == Membership.account_id,
        direct.user_seq == Membership.user_seq,
        direct.group_seq == inside.c.outer,
    )
    # Said twice: by the join alone SQLite may walk all memberships and look into the groups from there.
    people = scope.select(Membership, Membership.user_seq).where(Membership.group_seq.in_(select(inside.c.inner)))
    return people.join(inside, inside.c.inner == Membership.group_seq).where(~is_direct)

"""The groups of people, for many people at a time.

Many people share groups, and groups are rarely renamed, so the text of each group is written once and cached. The cache is
valid until a group of the account changes its name, its id or its nesting. Such changes are counted in their transaction
(``group_shifts``), and the count is read in the same statement as the numbers of the groups, so every process notices.
Servers of an older version do not count; because of them nothing is cached for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from bisect import bisect_right
from collections import OrderedDict
from hashlib import sha256
from itertools import accumulate, chain, compress
from operator import itemgetter, xor
from types import SimpleNamespace

from sqlalchemy import bindparam, exists, select, tuple_
from sqlalchemy.orm import aliased

from ...database import is_writing, origin
from ...database.statements import Prepared
from ..groups import group_closure
from ..model import Counter, Group, Membership, NestedGroup, User
from ..scope import own_rows
from ..sql.lists import among, joined, json_list, numbers_in

SHIFTS = "group_shifts"
MAXIMUM_SECONDS = 60
MAXIMUM_ACCOUNTS = 32  # whose groups are cached
MAXIMUM_GROUPS = 5_000  # per account
MAXIMUM_MENTIONS = 5_000  # of groups on the cached pages of one account
NONE = (b"", b"")  # for a person who is in no group
IS_INSIDE = (  # selects an indexed column: for ``*``, SQLite would read all nested groups again for each group
    exists(NestedGroup.member_seq).where(
        NestedGroup.account_id == Group.account_id, NestedGroup.member_seq == Group.seq
    )
)
_SHIFTS = own_rows(Counter, Counter.value).where(Counter.name == SHIFTS).correlate(None).scalar_subquery().label(SHIFTS)
# Two columns to read with a person, for ``of``: the numbers of the person's groups, separated by commas, and how often
# groups of the account have shifted.
GROUPS = (
    own_rows(Membership, joined(Membership.group_seq, Membership.group_seq))
    .where(Membership.user_seq == User.seq)
    .correlate(User)
    .scalar_subquery()
    .label("group_seqs"),
    _SHIFTS,
)
# Two parallel lists, a person (counted from the first, which gives short numbers) and one of the person's groups at each
# position, and the same count. Walking the index costs less than half of a subquery for each person. The explicit order is
# for Postgres, which may read in any order.
TOLD = (
    joined(Membership.user_seq - bindparam("first"), Membership.user_seq).label("people"),
    joined(Membership.group_seq, tuple_(Membership.user_seq, Membership.group_seq)).label("groups"),
    _SHIFTS,
)
BETWEEN = Membership.user_seq.between(bindparam("first"), bindparam("last"))
_BETWEEN = Prepared(own_rows(Membership, *TOLD).where(BETWEEN))
_OF_ONE = Prepared(own_rows(User, *GROUPS).where(User.seq == bindparam("user_seq")))
_GROUPS = Prepared(
    own_rows(Group, Group.seq, Group.id, Group.display_name, IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


class _Remembered:
    """The cache of one account's groups, valid for one ``group_shifts`` of one database.

    ``groups`` are three dicts by number, in the order in which they are filled, so that one who finds a text finds the others:
    ``outer``, the ``(number, text, mark)`` of the groups around one that is nested, which ``around`` holds once each; ``marks``,
    a number below 2⁴⁰ for each group that changes with its text; and ``texts``, JSON in bytes. With a value of three for each
    group, a page would meet more memory that is not in the processor's caches, and take it apart.
    ``pages`` maps the first person of a page and what the database told of it in ``of_neighbours`` to the result for each
    person; to None if it was told only once so far. An import reads each page once, and results that are kept cost it memory
    that is not in the processor's caches.
    """

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.forget_groups()
        self.forget_pages()

    def forget_groups(self):
        self.groups, self.around = ({}, {}, {}), {}

    def forget_pages(self):
        self.pages, self.mentions = {}, 0

    def keep_page(self, told, numbers, shown, mentions):
        """Keep the results for these people if the database ``told`` the same before; ``mentions`` counts the groups in it."""
        if told in self.pages:
            self.pages[told] = dict(zip(numbers, shown, strict=True))
        elif mentions <= MAXIMUM_MENTIONS:
            if self.mentions + mentions > MAXIMUM_MENTIONS:
                self.forget_pages()
            self.pages[told] = None
            self.mentions += mentions


_accounts = OrderedDict()  # (account id, forms) → _Remembered
_lock = threading.Lock()


def of(scope, rows, forms):
    """For each of ``rows``, which end in GROUPS: ``(text, mark)``, or NONE for no group. ``text`` is the person's groups
    as JSON in bytes, separated by commas, in order of creation, direct ones first; ``mark`` is ``-`` and ten hexadecimal
    digits that change with the text.

    ``forms`` are two ReferenceForms, for direct groups and for groups around those. No statement if all groups are cached;
    otherwise one, or two if some are nested.
    """
    if not rows:
        return []
    sets = [numbers_in(row[-2]) for row in rows]
    known = _remembered(scope.account_id, forms, rows[0][-1])
    return _shown(scope, forms, known, [*chain.from_iterable(sets)], accumulate(map(len, sets)))


def of_neighbours(scope, rows, forms):
    """As ``of``, for ``rows`` without GROUPS that begin with the person's number, sorted, with no other person of the
    account in between. One more statement reads the groups of all of them.
    """
    numbers = [row[0] for row in rows]
    return of_told(scope, numbers, between(scope, numbers), forms)


def between(scope, numbers):
    """TOLD of the people with these ``numbers`` and of all between them: a row of the driver."""
    return _BETWEEN.raw(account_id=scope.account_id, first=numbers[0], last=numbers[-1])


def of_told(scope, numbers, values, forms):
    """As ``of_neighbours``, for people with these ``numbers``. ``values`` are TOLD, read where BETWEEN holds for the first and the
    last of them.
    """
    first, (told_people, told_groups, shifts) = numbers[0], values
    known, told = _remembered(scope.account_id, forms, shifts), (first, told_people, told_groups)
    kept = known.pages.get(told)
    if kept is not None:
        return [kept.get(number, NONE) for number in numbers]
    seqs, people = numbers_in(told_groups), numbers_in(told_people)
    asked = [number - first for number in numbers]
    others = {*people}.difference(asked)  # on Postgres: who came back after the rows were read
    if others:
        are_asked = [one not in others for one in people]
        seqs, people = [*compress(seqs, are_asked)], [*compress(people, are_asked)]
    shown = _shown(scope, forms, known, seqs, [bisect_right(people, one) for one in asked])
    if not others:
        known.keep_page(told, numbers, shown, len(seqs))
    return shown


def of_written(scope, row, forms):
    """As ``of``, for a PersonRow; if it was locked by its SCIM id, the groups were read with it."""
    own = row.own_groups
    if own is None:
        own = _OF_ONE.first(account_id=scope.account_id, user_seq=row.seq)
    return of(scope, [own], forms)[0] if own else NONE


def _shown(scope, forms, known, seqs, ends):
    """What ``of`` returns. ``seqs`` are the group numbers of all people in turn; those of each end before a place of ``ends``."""
    outer, marks, texts = known.groups
    try:
        found, marked = _each(texts, seqs), _each(marks, seqs)
    except KeyError:
        outer, marks, texts = _with(scope, forms, known, {*seqs})
        are_there = [seq in texts for seq in seqs]
        so_far = [*accumulate(are_there, initial=0)]
        ends = [so_far[end] for end in ends]
        seqs = [*compress(seqs, are_there)]
        found, marked = _each(texts, seqs), _each(marks, seqs)
    around = [outer.get(seq, ()) for seq in seqs] if outer else ()
    until, are_nested, begin, shown = [*accumulate(marked, xor, initial=0)], any(around), 0, []
    for end in ends:
        mark = until[begin] ^ until[end]
        if are_nested:
            shown.append(_with_those_around(found[begin:end], mark, seqs[begin:end], around[begin:end]))
        else:
            shown.append((b",".join(found[begin:end]), b"-%010x" % mark) if begin < end else NONE)
        begin = end
    return shown


def _each(values, keys):
    """The value of each of ``keys``, in as few steps of Python as there are."""
    return itemgetter(*keys)(values) if len(keys) > 1 else [values[key] for key in keys]


def _with_those_around(texts, mark, seqs, around):
    """The result for a person who is in the groups ``seqs``, with ``around``, the groups around each of them."""
    texts = [*texts]
    for seq, further, part in sorted({*chain.from_iterable(around)}):
        if seq not in seqs:
            texts.append(further)
            mark ^= part
    return (b",".join(texts), b"-%010x" % mark) if texts else NONE


def _remembered(account_id, forms, shifts):
    # Cache nothing for an account without the count, or of what others do not see yet and may never see.
    if shifts is None or is_writing():
        return _Remembered(shifts)
    key, shifts = (account_id, forms), (shifts, origin())
    with _lock:
        known = _accounts.get(key)
        if known is None or known.shifts != shifts or known.until < time.monotonic():
            known = _accounts[key] = _Remembered(shifts)
        _accounts.move_to_end(key)
        if len(_accounts) > MAXIMUM_ACCOUNTS:
            _accounts.popitem(last=False)
    return known


def _with(scope, forms, known, wanted):
    """The account's groups, as cached in ``groups``, including those of ``wanted`` that still exist."""
    groups, around = known.groups, known.around  # looked up once: another thread may forget them meanwhile
    missing = wanted - groups[-1].keys()
    if len(groups[-1]) + len(missing) > MAXIMUM_GROUPS:
        known.forget_groups()
        groups, around, missing = known.groups, known.around, wanted
    for kept, read in zip(groups, _read(scope, forms, missing, around), strict=True):
        kept.update(read)
    return groups


def _read(scope, forms, seqs, around):
    """Those of these groups that still exist, as cached in ``groups``."""
    direct, indirect = forms
    rows = _GROUPS.all(account_id=scope.account_id, group_seqs=json_list(seqs))
    inside, outer = [row.seq for row in rows if row.is_inside], {}
    if inside:
        for inner, name, group_id, seq in _OUTER.tuples(account_id=scope.account_id, group_seqs=json_list(inside)):
            if seq not in around:
                around[seq] = (seq, *_written(indirect, group_id, name))
            outer[inner] = (*outer.get(inner, ()), around[seq])
    written = {row.seq: _written(direct, row.id, row.display_name) for row in rows}
    marks, texts = ({seq: pair[place] for seq, pair in written.items()} for place in (1, 0))
    return outer, marks, texts


def _written(form, group_id, name):
    """``(text, mark)`` of one group. Marks of several groups are combined by XOR; hashing the whole text would cost more."""
    text = form.named(group_id, name)
    return text, int.from_bytes(sha256(text).digest()[:5], "big")


def _outer():
    inside = group_closure.pairs(SimpleNamespace(select=own_rows))
    columns = (inside.c.inner, Group.display_name, Group.id, Group.seq)
    these = among(inside.c.inner, bindparam("group_seqs"))
    return Prepared(own_rows(Group, *columns).join(inside, inside.c.outer == Group.seq).where(these))


_OUTER = _outer()


def in_indirectly(scope, condition):
    """A select of the numbers of people who are in groups that meet a condition on Group, but only through other groups."""
    inside, direct = group_closure.pairs(scope, condition), aliased(Membership)
    is_direct = exists().where(
        direct.account_id == Membership.account_id,
        direct.user_seq == Membership.user_seq,
        direct.group_seq == inside.c.outer,
    )
    # The IN repeats the join: with the join alone, SQLite may walk all memberships and look up the groups from there.
    people = scope.select(Membership, Membership.user_seq).where(Membership.group_seq.in_(select(inside.c.inner)))
    return people.join(inside, inside.c.inner == Membership.group_seq).where(~is_direct)

"""The groups that people are in, for many people at a time.

Many people are in the same groups, and groups are rarely called otherwise, so what is shown of a group is written once and
remembered. It holds as long as no group of the account got another name, id or place in others; that is counted in the
transaction that does it (``group_shifts``) and read in the same statement as the numbers of the groups, so it holds in all
processes or in none. A server of an older version does not count; for its sake nothing is remembered for longer than MAXIMUM_SECONDS.
"""

import threading
import time
from collections import OrderedDict
from hashlib import sha256
from types import SimpleNamespace

from sqlalchemy import bindparam, exists, select
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
MAXIMUM_MENTIONS = 5_000  # of groups in the different sets of one account
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
# half of what a subquery for each person takes.
_BETWEEN = Prepared(
    own_rows(
        Membership,
        joined(Membership.user_seq, Membership.user_seq).label("people"),
        joined(Membership.group_seq, Membership.user_seq).label("groups"),
        _SHIFTS,
    ).where(Membership.user_seq.between(bindparam("first"), bindparam("last")))
)
_OF_ONE = Prepared(own_rows(User, *GROUPS).where(User.seq == bindparam("user_seq")))
_GROUPS = Prepared(
    own_rows(Group, Group.seq, Group.id, Group.display_name, Group.display_name_key, IS_INSIDE.label("is_inside"))
    .where(among(Group.seq, bindparam("group_seqs")))
)  # fmt: skip


class _Remembered:
    """What is known of one account's groups since they shifted last.

    ``groups`` are, by number, ``(name to sort by, number, text, digest, groups around)``, plain tuples, which sort fastest.
    The text is JSON in bytes, the digest a number that is another when the text is. Around a group are those
    that have others in them alone, each ``(name, id, number, text, digest)`` and made once, in ``around``. ``sets`` is what ``of``
    gives for sets of groups that people are in, each a tuple of numbers.
    """

    def __init__(self, shifts):
        self.shifts, self.until = shifts, time.monotonic() + MAXIMUM_SECONDS
        self.groups, self.around = {}, {}
        self.forget_sets()

    def forget_sets(self):
        self.sets, self.mentions = {(): NONE}, 0


_accounts = OrderedDict()  # (account id, forms) → _Remembered
_lock = threading.Lock()


def of(scope, rows, forms):
    """For each of ``rows`` that end in GROUPS ``(text, digest)`` in bytes: the groups of the person with commas between, by
    name, direct ones first, and ten hexadecimal digits that are others when the text is; NONE for no group.

    ``forms`` are two ReferenceForms, of a group that the person is in and of one that is around such a group. No statement
    where all groups are known; else one, or two for groups that are in others.
    """
    return _shown(scope, forms, rows[0][-1], [tuple(numbers_in(row[-2])) for row in rows]) if rows else []


def of_neighbours(scope, rows, forms):
    """The same for ``rows`` that begin with the person's number, in order and with nobody in between who is not among them,
    without GROUPS: one statement more, which tells the groups of all.
    """
    told = _BETWEEN.first(account_id=scope.account_id, first=rows[0][0], last=rows[-1][0])
    sets = _by_person(numbers_in(told.people), tuple(numbers_in(told.groups)))
    return _shown(scope, forms, told[-1], [sets.get(row[0], ()) for row in rows])


def _by_person(people, groups):
    """``{person: groups}`` of two sequences, a person and a group of the person's at each place, the same person in a row."""
    sets, begin, last = {}, 0, None
    for at, person in enumerate(people):
        if person != last:
            sets[last] = groups[begin:at]
            begin, last = at, person
    sets[last] = groups[begin:]
    return sets


def of_written(scope, row, forms):
    """The same for a PersonRow; who was locked to be written was read with them."""
    own = row.own_groups
    if own is None:
        own = _OF_ONE.first(account_id=scope.account_id, user_seq=row.seq)
    return of(scope, [own], forms)[0] if own else NONE


def _shown(scope, forms, shifts, sets):
    """What ``of`` gives for each tuple of numbers of groups."""
    known = _remembered(scope.account_id, forms, shifts)
    kept, groups = known.sets, known.groups
    try:
        shown = [kept.get(seqs) or _laid_together(known, groups, seqs) for seqs in sets]
    except KeyError:
        groups = _with(scope, forms, known, {seq for seqs in sets for seq in seqs})
        there = [tuple(filter(groups.__contains__, seqs)) for seqs in sets]
        shown = [kept.get(seqs) or _laid_together(known, groups, seqs) for seqs in there]
    if known.mentions > MAXIMUM_MENTIONS:
        known.forget_sets()
    return shown


def _laid_together(known, groups, seqs):
    """What ``of`` gives for somebody who is in these of the ``groups``, and keep it. Raises KeyError for one that is not there."""
    texts, digest, around = [], 0, None
    for _, _, text, part, outer in sorted([groups[seq] for seq in seqs]):
        texts.append(text)
        digest ^= part
        if outer:
            around = {*outer} if around is None else {*around, *outer}
    if around is not None:
        for _, _, seq, text, part in sorted(around):
            if seq not in seqs:
                texts.append(text)
                digest ^= part
    shown = known.sets[seqs] = b",".join(texts), b"%010x" % digest
    known.mentions += len(texts)
    return shown


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
                around[seq] = (name, group_id, seq, *_written(indirect, group_id, name))
            outer[inner] = (*outer.get(inner, ()), around[seq])
    return {
        row.seq: (row.display_name_key, row.seq, *_written(direct, row.id, row.display_name), outer.get(row.seq, ()))
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

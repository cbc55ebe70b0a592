"""The members that groups have, for many groups at a time: written by the database, which is quicker than to read each of
them, and remembered.

What was written holds while the group has the same version and nobody in the account got another name or SCIM id. The latter the
database counts itself, whoever writes (``member_shifts``, by a trigger on ``users``). Both are read in one statement with the group,
and in one with its members. So what is remembered is known to be right in every process at every request, and needs no end.

Inside a transaction that writes nothing is remembered or taken from there. Groups that have groups in them are written each time: what
those are called is in neither of the two.
"""

import threading
from collections import OrderedDict
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.orm import aliased

from ..database import is_writing
from ..statements import Prepared
from .model import Counter, Group, Membership, NestedGroup, User
from .reference_form import ReferenceForm
from .scope import own_rows
from .sql_text import among, joined, json_list, octets, quoted

SHIFTS = "member_shifts"
MAXIMUM_BYTES = 16_000_000  # of what a process remembers
_BESIDE = 700  # bytes that a text takes beside itself
_DIGITS = 10
# A column beside a group, for ``of``: how often people of the account have shifted; None while nobody has.
MEMBER_SHIFTS = (
    own_rows(Counter, Counter.value).where(Counter.name == SHIFTS).correlate(None).scalar_subquery().label(SHIFTS)
)


class MembersForm(NamedTuple):
    """How members are written: people and groups, with their names or without; ``end`` stands behind the last one."""

    person: ReferenceForm
    group: ReferenceForm
    end: bytes
    with_names: bool


class Members(NamedTuple):
    """All members of a group as ``text`` in bytes: people in the order they were created, then groups, commas between, then the
    ``end`` of the form. ``digest``: hexadecimal digits that are others when the text is, "" where no name is shown.
    """

    text: bytes
    count: int
    digest: str


class _Texts:
    """What a process remembers; which was asked for longest ago goes first."""

    def __init__(self):
        self._kept = OrderedDict()  # (account id, group seq, form) → (state of the group, Members)
        self.size, self._lock = 0, threading.Lock()

    def get(self, key, state):
        """The Members of a group in this state, or None. What it proves to be outdated is let go of."""
        with self._lock:
            known, members = self._kept.get(key, (state, None))
            if known != state:
                self._drop(key)
                if known[-1] != state[-1]:
                    for other in [other for other in self._kept if other[0] == key[0]]:
                        self._drop(other)
                return None
            if members is not None:
                self._kept.move_to_end(key)
            return members

    def put(self, key, state, members):
        """Remember the Members of a group in this state."""
        size = len(members.text) + _BESIDE
        with self._lock:
            self._drop(key)
            if size > MAXIMUM_BYTES:
                return
            self._kept[key] = state, members
            self.size += size
            while self.size > MAXIMUM_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, key):
        _, members = self._kept.pop(key, (None, None))
        if members is not None:
            self.size -= len(members.text) + _BESIDE


_texts = _Texts()


def of(scope, rows, form):
    """``{seq: Members}`` of groups that were read with MEMBER_SHIFTS. No statement where all are known, else one."""
    if is_writing():
        return _read(scope, [row.seq for row in rows], form)
    found = {row.seq: _texts.get((scope.account_id, row.seq, form), _state_of(row)) for row in rows}
    missing = [seq for seq, members in found.items() if members is None]
    return found | _read(scope, missing, form) if missing else found


def of_written(scope, group, form):
    """The Members of a group that was changed, a GroupRow, in one statement."""
    return _read(scope, [group.seq], form)[group.seq]


def _state_of(row):
    """What a text holds for."""
    return row.id, row.version, row.member_shifts


def _read(scope, seqs, form):
    parts = {}
    for kind, each in (("person", form.person), ("group", form.group)):
        parts |= {f"{kind}_between": each.between, f"{kind}_after": each.after}
        parts[f"{kind}_next"] = f"{each.end},{each.before}"
    rows = _WRITTEN[form.with_names].all(account_id=scope.account_id, group_seqs=json_list(seqs), **parts)
    found, is_remembered = dict.fromkeys(seqs, Members(form.end, 0, "")), not is_writing()  # one may be gone by now
    for row in rows:
        found[row.seq] = members = _members(row, form)
        if is_remembered and row.groups is None:
            _texts.put((scope.account_id, row.seq, form), _state_of(row), members)
    return found


def _members(row, form):
    texts = [
        b"".join((each.before.encode(), text, each.end.encode()))
        for each, text in ((form.person, row.people), (form.group, row.groups))
        if text
    ]
    text = b"".join((b",".join(texts), form.end))
    digest = sha256(text).hexdigest()[:_DIGITS] if texts and form.with_names else ""
    return Members(text, row.member_count + row.group_count, digest)


def _written(kind, member, member_id, here, *same, with_names):
    between, after, next_ = (bindparam(f"{kind}_{part}", type_=Text()) for part in ("between", "after", "next"))
    text = member_id + between + member_id + after
    if with_names:
        text += quoted(member.display_name)
    return select(octets(joined(text, here, next_))).where(*same).correlate(Group).scalar_subquery()


def _written_members(with_names):
    inner = aliased(Group)
    people = _written(
        "person", User, User.scim_id, Membership.user_seq, User.scim_id != "",
        Membership.account_id == Group.account_id, Membership.group_seq == Group.seq,
        User.account_id == Membership.account_id, User.seq == Membership.user_seq, with_names=with_names,
    )  # fmt: skip
    same = (NestedGroup.account_id == Group.account_id, NestedGroup.group_seq == Group.seq)
    groups = _written(
        "group", inner, inner.id, NestedGroup.member_seq, *same,
        inner.account_id == NestedGroup.account_id, inner.seq == NestedGroup.member_seq, with_names=with_names,
    )  # fmt: skip
    group_count = select(func.count()).select_from(NestedGroup).where(*same).correlate(Group).scalar_subquery()
    state = (Group.id, Group.version, MEMBER_SHIFTS)
    columns = (people.label("people"), groups.label("groups"), group_count.label("group_count"))
    these = among(Group.seq, bindparam("group_seqs"))
    return Prepared(own_rows(Group, Group.seq, Group.member_count, *state, *columns).where(these))


_WRITTEN = {with_names: _written_members(with_names) for with_names in (True, False)}

"""The members of groups, for many groups at a time. The database writes them as JSON, which is faster than reading each
member, and the texts are cached.

A text is valid while the group has the same version and nobody in the account has a new name or SCIM id. The database
itself counts the latter (``member_shifts``, by a trigger on ``users``). Version and count are read in one statement with
the group, and again in one with its members, so every process knows at every request whether its text is valid, and texts
never expire. If only the version changed, the text of those who stayed is copied, and the text of those who came is added:
a small change supplies it itself, for a large group the database is asked.

In a transaction that writes, the cache is neither read nor filled. Groups that contain groups are written each time: the
names of nested groups are part of neither the version nor the count.
"""

from hashlib import sha256

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.orm import aliased

from ...database import is_writing, origin
from ...database.statements import Prepared
from ..model import Counter, Group, Membership, NestedGroup, User
from ..scope import own_rows
from ..sql.functions import octets, quoted
from ..sql.lists import among, joined, json_list, numbers_as_text, numbers_in
from .kept_members import KeptMembers, Members, State, state
from .renewed_members import changes_of, differences, renewed_text, scim_ids_in, turned_over

SHIFTS = "member_shifts"
MANY = 200  # members from which on it pays to compare who came and who left
MOST_CHANGED = 0.2  # share of the members; above it, all are written anew
_DIGITS = 10
# A column to read with a group, for ``of``: how often people of the account have shifted; None if never.
MEMBER_SHIFTS = (
    own_rows(Counter, Counter.value).where(Counter.name == SHIFTS).correlate(None).scalar_subquery().label(SHIFTS)
)
_kept = KeptMembers()


def of(scope, rows, form):
    """``{seq: Members}`` of groups that were read with MEMBER_SHIFTS. No statement if all are cached, otherwise one, and
    up to two for each large group that changed.
    """
    if is_writing():
        return _read(scope, [row.seq for row in rows], form)
    found, here = {}, origin()
    for row in rows:
        members = _kept.get(_key(scope, row.seq, form), State(row.id, row.version, row.member_shifts, here))
        found[row.seq] = members or _renewed(scope, row.seq, form)
    missing = [seq for seq, members in found.items() if members is None]
    return found | _read(scope, missing, form) if missing else found


def of_written(scope, group, form):
    """The Members of a GroupRow that was created or changed: no statement for a small group that was cached before the
    change, otherwise up to two. A new group is not cached, since its creator rarely reads it soon.
    """
    members = None if is_writing() else _turned_over(scope, group, form) or _renewed(scope, group.seq, form)
    return members or _read(scope, [group.seq], form, is_remembered=group.version > 1)[group.seq]


def ids_that_differ(scope, group, seqs, shifts, listed):
    """``(come, gone)``: how the distinct SCIM ids ``listed`` differ from those of the group's members; None if these are
    not cached. Call it in a transaction that has locked the GroupRow and read ``seqs``, the numbers of its members, and
    ``shifts``, its MEMBER_SHIFTS.
    """
    form, known, members = _kept.of_group(scope.account_id, group.seq)
    if members is None or not seqs or members.seqs != seqs or known != state(group.id, group.version, shifts):
        return None
    ids = scim_ids_in(members.text, form.person)
    return differences(sorted(ids), sorted(listed)) if len(ids) == members.count else None


def _key(scope, seq, form):
    return scope.account_id, seq, form


def _turned_over(scope, group, form):
    """The Members of a small group after its Turnover, made from the cached ones; None if those are not from before it."""
    turnover, key = group.turnover, _key(scope, group.seq, form)
    known, before = _kept.last(key)
    if turnover is None or known != turnover.before or before.count >= MANY:
        return None
    found = turned_over(before.text, numbers_in(before.seqs), form, turnover)
    if found is None:
        return None
    text, seqs = found
    members = _members(text, len(seqs), numbers_as_text(seqs))
    _kept.put(key, turnover.before._replace(version=group.version), members)
    return members


def _renewed(scope, seq, form):
    """The Members of a large group, made from the cached ones; None if that is impossible or not worth it."""
    key = _key(scope, seq, form)
    known, before = _kept.last(key)
    if before is None or before.count < MANY:
        return None
    row = _STATE.first(account_id=scope.account_id, group_seq=seq)
    present = row and state(row.id, row.version, row.member_shifts)
    if not present or not present.has_names_of(known) or row.group_count or not row.seqs:
        return None
    seqs = numbers_in(row.seqs)
    come, gone, followers = changes_of(numbers_in(before.seqs), seqs)
    if len(come) + len(gone) > len(seqs) * MOST_CHANGED:
        return None
    members = before  # if only the group itself changed
    if come or gone:
        wanted = come | gone | set(filter(None, followers.values()))
        units = _units(scope, wanted, present, form)
        is_whole = len(units) == len(wanted)  # otherwise somebody has shifted since
        text = renewed_text(before.text, form.end, units, gone, followers) if is_whole else None
        if text is None:
            return None
        members = _members(text, len(seqs), row.seqs)
    _kept.put(key, present, members)
    return members


def _units(scope, seqs, present, form):
    """``{seq: bytes}``: the text of each of these people as a member, except those who shifted since the State was read."""
    given = {"account_id": scope.account_id, "user_seqs": json_list(seqs)} | _parts("person", form.person)
    begin, end = form.person.before.encode(), form.person.end.encode()
    rows = _EACH[form.with_names].tuples(**given)
    return {seq: b"".join((begin, text, end)) for seq, text, shifts in rows if shifts == present.shifts}


def _read(scope, seqs, form, *, is_remembered=True):
    given = {"account_id": scope.account_id, "group_seqs": json_list(seqs)}
    for kind, each in (("person", form.person), ("group", form.group)):
        given |= _parts(kind, each) | {f"{kind}_next": f"{each.end},{each.before}"}
    rows = _WRITTEN[form.with_names].all(**given)
    found = dict.fromkeys(seqs, Members(form.end, 0, "", None))  # a group may have been removed meanwhile
    is_remembered = is_remembered and not is_writing()
    for row in rows:
        found[row.seq] = members = _joined(row, form)
        key = _key(scope, row.seq, form)
        if row.groups is not None:
            _kept.forget(key)  # the text from before it had nested groups is useless now
        elif is_remembered:
            _kept.put(key, state(row.id, row.version, row.member_shifts), members)
    return found


def _joined(row, form):
    pieces = []
    for each, text in ((form.person, row.people), (form.group, row.groups)):
        if text:
            pieces += [b"," if pieces else b"", each.before.encode(), text, each.end.encode()]
    text = b"".join((*pieces, form.end))
    return _members(text, row.member_count + row.group_count, None if row.groups else row.seqs)


def _members(text, count, seqs):
    digest = sha256(text).hexdigest()[:_DIGITS] if count else ""
    return Members(text, count, digest, seqs)


def _parts(kind, form):
    return {f"{kind}_between": form.between, f"{kind}_after": form.after}


def _written(kind, member, member_id, *, with_names):
    between, after = (bindparam(f"{kind}_{part}", type_=Text()) for part in ("between", "after"))
    text = member_id + between + member_id + after
    return text + quoted(member.display_name) if with_names else text


def _all_of(kind, text, number, *same):
    together = octets(joined(text, number, bindparam(f"{kind}_next", type_=Text())))
    return select(together).where(*same).correlate(Group).scalar_subquery()


def _written_members(with_names):
    inner = aliased(Group)
    people = _all_of(
        "person", _written("person", User, User.scim_id, with_names=with_names), Membership.user_seq, _VISIBLE, *_IN_GROUP,
        User.account_id == Membership.account_id, User.seq == Membership.user_seq,
    )  # fmt: skip
    groups = _all_of(
        "group", _written("group", inner, inner.id, with_names=with_names), NestedGroup.member_seq, *_INSIDE,
        inner.account_id == NestedGroup.account_id, inner.seq == NestedGroup.member_seq,
    )  # fmt: skip
    columns = (Group.member_count, people.label("people"), groups.label("groups"))
    return Prepared(own_rows(Group, *_STATE_OF, *columns).where(among(Group.seq, bindparam("group_seqs"))))


def _written_people(with_names):
    text = octets(_written("person", User, User.scim_id, with_names=with_names))
    return Prepared(
        own_rows(User, User.seq, text, MEMBER_SHIFTS).where(among(User.seq, bindparam("user_seqs")), _VISIBLE)
    )


_VISIBLE = User.scim_id != ""
_IN_GROUP = (Membership.account_id == Group.account_id, Membership.group_seq == Group.seq)
_INSIDE = (NestedGroup.account_id == Group.account_id, NestedGroup.group_seq == Group.seq)
_STATE_OF = (
    Group.seq,
    Group.id,
    Group.version,
    MEMBER_SHIFTS,
    *(
        own_rows(model, value).where(model.group_seq == Group.seq).correlate(Group).scalar_subquery().label(name)
        for model, value, name in (
            (Membership, joined(Membership.user_seq, Membership.user_seq), "seqs"),
            (NestedGroup, func.count(), "group_count"),
        )
    ),
)
_STATE = Prepared(own_rows(Group, *_STATE_OF).where(Group.seq == bindparam("group_seq")))
_WRITTEN = {with_names: _written_members(with_names) for with_names in (True, False)}
_EACH = {with_names: _written_people(with_names) for with_names in (True, False)}

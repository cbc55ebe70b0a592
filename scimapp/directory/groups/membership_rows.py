"""The rows of members in a locked group, inserted and deleted in as few steps as their number allows.

The group is locked during the change, so nobody else adds the same person. People who are added are locked as well, so
that somebody who is being removed at the same moment is not added after the removal.
"""

from sqlalchemy import bindparam, cast, delete, exists, insert, select

from ...database.column_types import Identifier, Sequence
from ...database.statements import Prepared
from ..model import Membership, User
from ..scope import own_rows
from ..sql.lists import among, json_list, values_of
from .named_members import FEW, OfSome

_COLUMNS = ["account_id", "group_seq", "added_at", "added_by", "user_seq"]
_MADE = tuple(bindparam(name, type_=Membership.__table__.c[name].type) for name in _COLUMNS[1:-1])
_PUT_IN = OfSome(
    lambda are_those: (
        insert(Membership)
        .from_select(
            _COLUMNS,
            own_rows(User, User.account_id, *_MADE, User.seq)
            .where(
                are_those(User.seq),
                User.removed_at.is_(None),  # with ``scim_id`` instead, SQLite walks all ids
                ~exists().where(
                    Membership.account_id == User.account_id,
                    Membership.group_seq == bindparam("group_seq"),
                    Membership.user_seq == User.seq,
                ),
            )
            .with_for_update(read=True, of=User),
        )
        .returning(Membership.user_seq)
    )
)
# The same for one person on SQLite, where nobody else writes: the person looked up is still here. INSERT from SELECT
# would keep a copy of each page until it ends.
_PUT_ONE_IN = Prepared(lambda insert: insert(Membership).on_conflict_do_nothing(), _COLUMNS)
# The same for many, in steps: who is in, who is still here (locked), and then just the rows.
_IN_ALREADY = Prepared(
    own_rows(Membership, Membership.user_seq).where(
        Membership.group_seq == bindparam("group_seq"), among(Membership.user_seq, bindparam("user_seqs"))
    )
)
_STILL_HERE = Prepared(
    own_rows(User, User.seq)
    .where(among(User.seq, bindparam("user_seqs")), User.removed_at.is_(None))
    .with_for_update(read=True)
)
_listed = values_of("user_seqs")
_PUT_ALL_IN = Prepared(
    insert(Membership).from_select(
        _COLUMNS,
        select(bindparam("account_id", type_=Identifier), *_MADE, cast(_listed.c.value, Sequence)),
    )
)
_MEMBERS = delete(Membership).where(
    Membership.account_id == bindparam("account_id"), Membership.group_seq == bindparam("group_seq")
)
_TAKE_ONE_OUT = Prepared(_MEMBERS.where(Membership.user_seq == bindparam("user_seq")))
_TAKE_OUT = Prepared(_MEMBERS.where(among(Membership.user_seq, bindparam("user_seqs"))).returning(Membership.user_seq))


def put_in(work, group, seqs):
    """Add people (a set of their numbers) to a locked group; returns those who were added, being here and not yet in it."""
    if not seqs:
        return set()
    made = _key(group) | {"added_at": work.now, "added_by": work.scope.actor.label}
    if len(seqs) == 1 and work.writes_alone:
        (seq,) = seqs
        return {seq} if _PUT_ONE_IN.run(user_seq=seq, **made) else set()
    if len(seqs) <= FEW:
        return _seqs_of(_PUT_IN.tuples(seqs, **made))
    if group.member_count:
        seqs = seqs - _seqs_of(_IN_ALREADY.tuples(user_seqs=json_list(seqs), **_key(group)))
    if not work.writes_alone:
        seqs = seqs & _seqs_of(_STILL_HERE.tuples(user_seqs=json_list(seqs), account_id=group.account_id))
    _PUT_ALL_IN.send(user_seqs=json_list(sorted(seqs)), **made)  # sorted as both indexes are
    return seqs


def take_out(group, seqs):
    """Remove people from a locked group; returns those who were in it."""
    if not seqs:
        return set()
    if len(seqs) == 1:
        (seq,) = seqs
        return {seq} if _TAKE_ONE_OUT.run(user_seq=seq, **_key(group)) else set()
    return _seqs_of(_TAKE_OUT.tuples(user_seqs=json_list(seqs), **_key(group)))


def _key(group):
    return {"account_id": group.account_id, "group_seq": group.seq}


def _seqs_of(rows):
    return {seq for (seq,) in rows}

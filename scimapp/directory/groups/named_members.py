"""What the SCIM ids in a change of members refer to: people, groups, or nothing here."""

from msgspec import Struct
from sqlalchemy import bindparam, select

from ...database.statements import Prepared
from ..client_reads.members_of_groups import MEMBER_SHIFTS
from ..model import Group, User
from ..scope import own_rows
from ..sql.lists import among, joined, json_list, numbers_in, values_of
from . import nesting

FEW = 20  # up to so many ids are looked up together with the people's names


class OfSome:
    """A statement about some ids or numbers. A single one, the usual case, is compared directly, in half the time.

    ``make(are_those)`` builds the statement; ``are_those(column)`` is the condition that the column has one of the values.
    """

    def __init__(self, make):
        self._one = Prepared(make(lambda column: column == bindparam("those")))
        self._many = Prepared(make(lambda column: among(column, bindparam("those"))))

    def tuples(self, those, **values):
        if len(those) == 1:
            return self._one.tuples(those=next(iter(those)), **values)
        return self._many.tuples(those=json_list(those), **values)

    def soon(self, those, **values):
        if len(those) == 1:
            return self._one.soon(those=next(iter(those)), **values)
        return self._many.soon(those=json_list(those), **values)


class Named(Struct, frozen=True):
    """What the member values refer to."""

    people: set  # seqs
    called: dict  # seq → (SCIM id, name, id), of the people looked up with their names
    groups: set  # seqs
    unknown: list  # ids
    shifts: int | None = None  # MEMBER_SHIFTS at the time the names were read


NOBODY = Named(frozenset(), {}, frozenset(), ())
COLUMNS = (User.seq, User.scim_id, User.display_name, User.id)  # of people looked up with their names
_BEHIND = OfSome(lambda are_those: own_rows(User, MEMBER_SHIFTS, *COLUMNS).where(are_those(User.scim_id)))
_HERE = Prepared(own_rows(User, User.scim_id).where(among(User.scim_id, bindparam("those"))))
_PEOPLE = Prepared(own_rows(User, User.scim_id, User.display_name).where(among(User.scim_id, bindparam("those"))))
_GROUPS = Prepared(own_rows(Group, Group.id, Group.display_name).where(among(Group.id, bindparam("those"))))
# A subquery uses the index of SCIM ids. SQLite would start a join with everybody.
_listed = values_of("those")
_seq_of_one = own_rows(User, User.seq).where(User.scim_id == _listed.c.value).scalar_subquery()
_SEQS = Prepared(select(joined(_seq_of_one, _listed.c.value)).select_from(_listed))


def called(scope, scim_ids):
    """``{id: (kind, name)}`` for the SCIM ids of people and groups here; kind is "User" or "Group"."""
    those = json_list(scim_ids)
    found = (("User", _PEOPLE), ("Group", _GROUPS))
    return {
        scim_id: (kind, name)
        for kind, statement in found
        for scim_id, name in statement.tuples(account_id=scope.account_id, those=those)
    }


def named(scope, scim_ids):
    """The Named of distinct SCIM ids. An id of another account counts as unknown."""
    if not scim_ids:
        return NOBODY
    if len(scim_ids) <= FEW:
        rows = _BEHIND.tuples(scim_ids, account_id=scope.account_id)
        return of_found(scope, scim_ids, [row[1:] for row in rows], rows[0][0] if rows else None)
    people, unknown = _many(scope.account_id, scim_ids)
    return _with_groups(scope, people, {}, unknown)


def of_found(scope, scim_ids, people, shifts):
    """The Named of distinct SCIM ids, given the ``people`` found (rows of COLUMNS) and MEMBER_SHIFTS then."""
    called = {seq: called_by for seq, *called_by in people}
    here = {scim_id for scim_id, *_ in called.values()}
    unknown = [value for value in scim_ids if value not in here]
    return _with_groups(scope, called.keys(), called, unknown, shifts)


def _with_groups(scope, people, called, unknown, shifts=None):
    groups = nesting.found_by(scope, unknown) if unknown else {}
    return Named(people, called, set(groups.values()), [value for value in unknown if value not in groups], shifts)


def _many(account_id, scim_ids):
    those = json_list(sorted(scim_ids))  # sorted as the index is
    people = set(numbers_in(_SEQS.scalar(account_id=account_id, those=those)))
    if len(people) == len(scim_ids):
        return people, []
    here = {scim_id for (scim_id,) in _HERE.tuples(account_id=account_id, those=those)}
    return people, [value for value in scim_ids if value not in here]

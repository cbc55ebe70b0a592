"""Whether a page of the list of everybody is what it was when it was read: one statement in place of its rows.

Each change of what is shown of somebody moves their version, which never falls. So as long as the same people stand on the
page, as ``everybody.State`` tells, the sum of their versions stays if and only if each of them does.
"""

from typing import NamedTuple

from sqlalchemy import bindparam, func

from ...database import is_writing
from ...database.statements import Prepared
from ..model import Counter, Membership, User
from ..scope import own_rows
from . import groups_of_people

_versions = own_rows(User, func.sum(User.version)).where(
    User.scim_id.is_not(None), User.seq.between(bindparam("first"), bindparam("last"))
)
_shifts = own_rows(Counter, Counter.value).where(Counter.name == "scim_shifts")
_TOLD = Prepared(
    own_rows(
        Membership,
        *groups_of_people.TOLD,
        _versions.correlate(None).scalar_subquery().label("versions"),
        _shifts.correlate(None).scalar_subquery().label("scim_shifts"),
    ).where(groups_of_people.BETWEEN)
)


class Told(NamedTuple):
    """What is told of a page of people: their ``groups`` as ``groups_of_people.TOLD``, the sum of their ``versions``, and how
    often somebody has left the list or come back.
    """

    groups: tuple
    versions: int
    shifts: int


def can_be_told():
    """Whether a page can be kept: not inside a transaction that writes, since it may be undone."""
    return not is_writing()


def told(scope, first, last):
    """The Told of the people from number ``first`` to ``last``."""
    *groups, versions, shifts = _TOLD.raw(account_id=scope.account_id, first=first, last=last)
    return Told(tuple(groups), versions, shifts)

"""What adding many people in one unit finds out before: who of them may have been here, and the numbers of those who are new.

One by one each person is a look-up that everything before has to be written for. Known for all, only rows remain, which go
to the database table by table (``database.inserts``). The rules stay in ``users.provision``: whoever may have been here is looked up there
as ever.
"""

from contextlib import contextmanager
from itertools import count

from msgspec import Struct
from sqlalchemy import bindparam, func, literal_column, or_, select, union_all

from ...database.statements import Prepared
from ..model import User
from ..scope import own_rows
from ..sql.functions import next_number
from ..sql.lists import among, json_list
from .profile import Profile

_IDS, _NAMES = bindparam("external_ids"), bindparam("user_name_keys")
_WAS_HERE = or_(User.removed_at.is_not(None), User.active.is_(False))
# More than ``returning`` brings back, and never less.
_KNOWN = Prepared(
    union_all(
        own_rows(User, User.external_id, literal_column("NULL").label("user_name_key")).where(
            User.external_id.is_not(None), among(User.external_id, _IDS), _WAS_HERE
        ),
        own_rows(User, literal_column("NULL"), User.user_name_key).where(
            among(User.user_name_key, _NAMES), User.removed_at.is_not(None)
        ),
    )
)
_NEXT_NUMBERS = Prepared(
    select(next_number(User.seq)).select_from(func.generate_series(literal_column("1"), bindparam("amount")))
)
_LAST_NUMBER = Prepared(select(func.max(User.seq)))  # no other can come: SQLite has one writer


class Arrivals(Struct):
    """The people of a unit who are about to be added. ``expected`` yields ``(number, userName's key)`` of each, in their order."""

    expected: object
    external_ids: frozenset  # of those who may have been here
    user_name_keys: frozenset
    path_numbers: dict  # of ``value_index``: path → number, as far as met

    def may_be_known(self, draft, user_name_key):
        """Whether somebody like this may have been here before this unit."""
        return draft.external_id in self.external_ids or user_name_key in self.user_name_keys


@contextmanager
def expected(work, drafts):
    """Sets ``work.arrivals`` while these people are added, each of them by ``users.provision``, in this order and with nothing in between.

    Somebody whom one of the drafts brings in counts as new for the following ones. If one is meant for the same
    person, the unit fails by a unique index, and the caller repeats it one by one.
    """
    work.arrivals = _look_ahead(work, drafts)
    try:
        yield
    finally:
        work.arrivals = None


def _look_ahead(work, drafts):
    """The Arrivals; None where the database gives no numbers ahead."""
    numbers = _numbers(work, len(drafts))
    if numbers is None:
        return None
    ids = [draft.external_id for draft in drafts if draft.external_id]
    keys = [Profile(draft.core, {}, {}).user_name_key for draft in drafts]
    named = json_list([key for key in keys if key])
    known = _KNOWN.tuples(account_id=work.scope.account_id, external_ids=json_list(ids), user_name_keys=named)
    ids, names = ({row[place] for row in known if row[place] is not None} for place in (0, 1))
    return Arrivals(zip(numbers, keys, strict=False), frozenset(ids), frozenset(names), {})


def _numbers(work, amount):
    if work.writes_alone:
        return count((_LAST_NUMBER.scalar() or 0) + 1)
    numbers = [number for (number,) in _NEXT_NUMBERS.tuples(amount=amount)]
    return iter(numbers) if None not in numbers else None

"""The list of all people visible to SCIM, in order of creation. A page at the end is as quick as one at the beginning.

To skip to the 90,000th person, a database must walk past 90,000. So this module remembers where pages ended, and the next
page starts there by index, since directories read lists from one end to the other. The places hold as long as nobody left
the list or came back into it. Both are counted in the transaction that does it (``scim_shifts``, beside the kept total),
so every process notices.
"""

import threading
from bisect import bisect_right, insort
from collections import OrderedDict
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, or_

from ...database import origin
from ...database.sqlite.unchanged import unless_unchanged
from ...database.statements import Prepared
from ..model import Counter, User, UserDocument
from ..scope import own_rows
from .reading import shown_people, those

MAXIMUM_ACCOUNTS = 64  # whose places are remembered
MAXIMUM_PLACES = 2_000  # per account
_COUNTS = Prepared(
    own_rows(Counter, Counter.name, Counter.value).where(
        or_(Counter.name == "scim_users", Counter.name == "scim_shifts")
    )
)
_LIMIT, _OFFSET = bindparam("limit", type_=Integer), bindparam("offset", type_=Integer)
_IS_SEEN = User.scim_id.is_not(None)
_AFTER = User.seq > bindparam("after")
_seen = own_rows(User, User.seq).where(_IS_SEEN).limit(_LIMIT).offset(_OFFSET)
# Postgres merges people and documents in their order, and would read the documents from the first one on.
_NEXT = Prepared(
    shown_people(with_groups=False)
    .where(_IS_SEEN, _AFTER, UserDocument.user_seq > bindparam("after"))
    .order_by(User.seq)
    .limit(_LIMIT)
)
_FORWARD = Prepared(those(_seen.where(_AFTER).order_by(User.seq), with_groups=False))
_BACKWARD = Prepared(those(_seen.order_by(User.seq.desc()), with_groups=False))
_accounts = OrderedDict()  # account id → _Places
_lock = threading.Lock()


class State(NamedTuple):
    """How many people the list has, how often somebody left it or came back, and the database that has counted both. In equal
    states the same people stand at the same places.
    """

    total: int
    shifts: int | None
    origin: object


class _Places:
    """Where pages of one account's list ended: the number of people up to there, and the seq of the last of them."""

    def __init__(self, state):
        self.state = state
        self._offsets, self._seqs = [], {}

    def before(self, offset):
        """``(offset, seq)`` of the nearest place at or before ``offset``."""
        at = bisect_right(self._offsets, offset)
        return (self._offsets[at - 1], self._seqs[self._offsets[at - 1]]) if at else (0, 0)

    def remember(self, offset, seq):
        if offset in self._seqs:
            return
        if len(self._offsets) >= MAXIMUM_PLACES:
            self._offsets, self._seqs = [], {}
        insort(self._offsets, offset)
        self._seqs[offset] = seq


def state(scope):
    """The State of the account's list."""
    counts = _counts(scope)
    return State(counts.get("scim_users", 0), counts.get("scim_shifts"), origin())


def page(scope, now, offset, limit):
    """Up to ``limit`` people starting at ``offset``, as tuples like ``reading.Person``, without groups. ``now`` is the State
    of the list.
    """
    total = now.total
    if not limit or offset >= total:
        return []
    with _lock:
        places = _places(scope.account_id, now)
        known, seq = places.before(offset)
    rows = _rows(scope, offset, min(limit, total - offset), total, known, seq)
    if rows:
        with _lock:
            places.remember(offset + len(rows), rows[-1][0])
    return rows


def count(scope):
    """The number of all people visible to SCIM."""
    return _counts(scope).get("scim_users", 0)


def page_after(scope, seq, limit):
    """Up to ``limit`` people created after the one with the number ``seq``, as tuples like ``reading.Person``."""
    return _NEXT.tuples(account_id=scope.account_id, after=seq, limit=limit)


def _counts(scope):
    key = _COUNTS, scope.account_id
    return unless_unchanged(key, _COUNTS, lambda: dict(_COUNTS.tuples(account_id=scope.account_id)))


def _rows(scope, offset, limit, total, known, seq):
    from_end, given = total - offset - limit, {"account_id": scope.account_id, "limit": limit}
    if offset == known:
        return _NEXT.tuples(**given, after=seq)
    if from_end < offset - known:
        return sorted(_BACKWARD.tuples(**given, offset=from_end))
    return sorted(_FORWARD.tuples(**given, offset=offset - known, after=seq))


def _places(account_id, state):
    places = _accounts.pop(account_id, None)
    if places is None or places.state != state:
        places = _Places(state)
    _accounts[account_id] = places
    if len(_accounts) > MAXIMUM_ACCOUNTS:
        _accounts.popitem(last=False)
    return places

"""Seats: how many active people an account may have. Open invitations count, inactive people do not.

To take a seat, code locks the account's row first and counts then, so two at once cannot both get the last one. A caller
who gets no seat is told by the front; administrators are told about people whom they did not add themselves.
"""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import bindparam, func, select

from ...audit.log import AuditEntry
from ...database import db
from ...database.statements import Prepared
from ..errors import NoFreeSeat, NoSeatToAccept
from ..events import SeatMissing
from ..model import Account, Counter
from ..outbox import administrators
from ..scope import own_rows
from ..unit_of_work import unit_of_work

MAIL = "seats_full"
PAUSE = timedelta(days=1)  # between two entries about one person, and between two mails
_COUNTED = ("active", "invited")
# The number of seats taken, for statements of one account. One look-up for each name: for both names together SQLite makes a
# table of them first, which takes longer.
IN_USE = sum(
    func.coalesce(own_rows(Counter, Counter.value).where(Counter.name == name).scalar_subquery(), 0)
    for name in _COUNTED
)
_IN_USE = Prepared(select(IN_USE))
_USAGE = Prepared(select(Account.seat_limit, IN_USE).where(Account.id == bindparam("account_id")))


class Usage(Struct, frozen=True):
    """The number of seats taken and the limit; ``limit`` None means unlimited."""

    taken: int
    limit: int | None


def usage(scope):
    """The Usage. One statement."""
    limit, taken = _USAGE.first(account_id=scope.account_id)
    return Usage(int(taken), limit)


def in_use(scope):
    """The number of seats taken."""
    return int(_IN_USE.scalar(account_id=scope.account_id))


def taken(work):
    """The number of seats taken, including what this unit has changed so far."""
    return in_use(work.scope) + pending(work)


def pending(work):
    """How many more seats this unit has taken so far than it has left, not written yet."""
    return sum(map(work.pending, _COUNTED))


def free(scope):
    """How many more people may become active; None if there is no limit."""
    limit = db.session.scalar(select(Account.seat_limit).where(Account.id == scope.account_id))
    return None if limit is None else max(0, limit - in_use(scope))


def take(work, person_id=None, label=""):
    """Reserve a seat for a person who is about to become active; returns whether there is one.

    Without a seat, a directory continues with the person inactive if the account says so. ``person_id`` and ``label`` are
    those of a person who is here already. Raises NoFreeSeat.
    """
    if work.account.seat_limit is None:
        return True
    limit, over_seats, _ = _rule(work)
    if limit is None or taken(work) < limit:
        return True
    if work.scope.actor.is_token and over_seats == "inactive":
        if person_id is not None:
            miss(work, person_id, label)
        return False
    raise NoFreeSeat(limit, person_id, label)


def guard_accepting(work):
    """Refuse to let another invited person in while more people are active than there are seats.

    The invitation holds a seat already, so this only happens if the limit was lowered since. Raises NoSeatToAccept.
    """
    limit, _, account_name = _rule(work)
    if limit is not None and taken(work) > limit:
        raise NoSeatToAccept(limit, account_name)


def miss(work, person_id, label):
    """Record that a person got no seat, and tell the administrators; each once a day, since directories retry."""
    account = work.lock_account()  # of two at once, the second sees what the first has recorded
    is_told = administrators.tell(work, MAIL, f"{account.name} has no free seat", since=work.now - PAUSE)
    # A whole row: for its number alone, SQLite scans a whole index that covers the other columns.
    entries = work.scope.select(AuditEntry).where(
        AuditEntry.target_id == person_id, AuditEntry.event == SeatMissing.name, AuditEntry.at > work.now - PAUSE
    )
    is_news = is_told if person_id is None else db.session.scalar(entries.limit(1)) is None
    if is_news:
        work.record(SeatMissing(person_id, label))


def tell(scope, error):
    """After NoFreeSeat has rolled back a unit of work: if a directory's, call ``miss`` in a unit of its own."""
    if scope.actor.is_token:
        with unit_of_work(scope) as work:
            miss(work, error.person_id, error.label)


def _rule(work):
    """``(limit, over_seats, account name)``. If there is a limit, the account is locked until the unit ends."""
    query = select(Account.seat_limit, Account.over_seats, Account.name).where(Account.id == work.scope.account_id)
    rule = db.session.execute(query).one()
    if rule.seat_limit is not None:
        rule = db.session.execute(query.with_for_update(key_share=True)).one()
    return rule

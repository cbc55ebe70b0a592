"""Seats: how many active people an account may have (requirements D-22). Open invitations count, inactive people do not.

Whoever takes a seat locks the account's row first and counts then, so two at once cannot both get the last one. Who
finds none is told by the door they came to; the administrators hear of those whom they did not bring in themselves.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, or_, select

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
_TAKEN = own_rows(Counter, func.sum(Counter.value)).where(or_(*[Counter.name == name for name in _COUNTED]))
_IN_USE = Prepared(_TAKEN)
_USAGE = Prepared(select(Account.seat_limit, _TAKEN.scalar_subquery()).where(Account.id == bindparam("account_id")))


@dataclass(frozen=True, slots=True)
class Usage:
    """How many seats are taken, and how many there are; ``limit`` None is "as many as you like"."""

    taken: int
    limit: int | None


def usage(scope):
    """The Usage. One statement."""
    limit, taken = _USAGE.first(account_id=scope.account_id)
    return Usage(int(taken or 0), limit)


def in_use(scope):
    """How many seats are taken."""
    return int(_IN_USE.scalar(account_id=scope.account_id) or 0)


def taken(work):
    """How many seats are taken, with what this unit has changed so far."""
    return in_use(work.scope) + sum(work.pending(name) for name in _COUNTED)


def free(scope):
    """How many more people may become active; None where there is no limit."""
    limit = db.session.scalar(select(Account.seat_limit).where(Account.id == scope.account_id))
    return None if limit is None else max(0, limit - in_use(scope))


def take(work, person_id=None, label=""):
    """Make sure of a seat for one more active person, before the person becomes active; returns whether there is one.

    Without one a directory goes on with the person inactive, where the account says so. Who is here already is given
    by id and label. Raises NoFreeSeat.
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
    """Refuse to let one more invited person in while more people are active than there are seats.

    The invitation holds a seat already, so this is about limits that were lowered since. Raises NoSeatToAccept.
    """
    limit, _, account_name = _rule(work)
    if limit is not None and taken(work) > limit:
        raise NoSeatToAccept(limit, account_name)


def miss(work, person_id, label):
    """Record that somebody found no free seat and tell the administrators, each once a day: directories ask again."""
    account = work.lock_account()  # of two who find none at once the second sees what the first has told
    is_told = administrators.tell(work, MAIL, f"{account.name} has no free seat", since=work.now - PAUSE)
    # A whole row: for its number alone SQLite reads an index that holds the rest, from end to end.
    entries = work.scope.select(AuditEntry).where(
        AuditEntry.target_id == person_id, AuditEntry.event == SeatMissing.name, AuditEntry.at > work.now - PAUSE
    )
    is_news = is_told if person_id is None else db.session.scalar(entries.limit(1)) is None
    if is_news:
        work.record(SeatMissing(person_id, label))


def tell(scope, error):
    """After a unit of work that NoFreeSeat has undone: where it was a directory's, ``miss`` follows in one of its own."""
    if scope.actor.is_token:
        with unit_of_work(scope) as work:
            miss(work, error.person_id, error.label)


def _rule(work):
    """``(limit, over_seats, account name)``; the account stays locked until the end of the unit where there is a limit."""
    query = select(Account.seat_limit, Account.over_seats, Account.name).where(Account.id == work.scope.account_id)
    rule = db.session.execute(query).one()
    if rule.seat_limit is not None:
        rule = db.session.execute(query.with_for_update(key_share=True)).one()
    return rule

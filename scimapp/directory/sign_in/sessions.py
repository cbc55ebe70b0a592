"""Signed-in browsers, one row each, so that each of them can be signed out.

The cookie holds a random secret, the row its digest. Every request checks here whether the session, the person and the
account may still act; there is no other way in.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import bindparam, select, update

from ...database import db, writing
from ...database.statements import Prepared
from .. import clock
from ..availability import note
from ..events import OtherSessionsEnded, SessionEnded
from ..links import new_addresses
from ..model import Account, User, UserSession
from ..people.own_zone import ZONE, in_use
from ..secrets import digest, is_well_formed, new_secret
from ..unit_of_work import unit_of_work
from ..upkeep import deletions
from .second_step import IS_ON, is_required

# Why a session is over: it was idle too long, something ended it, or it began without a second step that is now required.
PAUSE, CUT, SECOND_STEP = "pause", "cut", "second-step"
KEPT = timedelta(days=30)  # after its end, so that somebody who comes back is told why
SHOWN_ID = 16  # characters of the digest that identify a session on screens
SEEN_EVERY = timedelta(seconds=60)  # how often "last active" is written

# Every request of a browser begins with this: a session that nothing has ended, with its person, who may act, and what the account
# says about both.
_WITH_PERSON = Prepared(
    select(
        UserSession.id_hash, UserSession.account_id, UserSession.epoch, UserSession.created_at, UserSession.confirmed_at,
        UserSession.last_seen_at, UserSession.expires_at, User.id, User.seq, User.display_name, User.email, User.user_name,
        User.role, User.theme, User.language, Account.name.label("account_name"), Account.language.label("account_language"),
        Account.time_zone.label("account_zone"), Account.session_hours, Account.two_step, IS_ON.label("has_second_step"),
        ZONE.label("zone"),
    )
    .join(User, (User.account_id == UserSession.account_id) & (User.seq == UserSession.user_seq))
    .join(Account, Account.id == User.account_id)
    .where(UserSession.id_hash == bindparam("session_hash"), UserSession.ended_at.is_(None))
    .where(UserSession.epoch == User.session_epoch, User.active.is_(True), User.scim_id.is_not(None))
)  # fmt: skip


class SignedIn(Struct, frozen=True):
    """The person behind a session, as of this request."""

    session_hash: str
    account_id: str
    account_name: str
    id: str
    seq: int
    display_name: str
    email: str
    role: str
    theme: str
    language: str
    zone: str | None  # the time zone's name, see ``people.own_zone``
    account_zone: str | None  # for people who have none
    epoch: int  # the session's; everything that ends the person's sessions raises the person's epoch
    password_confirmed_at: datetime


def start(user, address, agent, lifetime=timedelta(hours=12)):
    """Begin a session and return the secret for the cookie. ``lifetime`` is the server's; an account may shorten it."""
    secret, now = new_secret(), clock.now()
    with writing():
        account = db.session.get(Account, user.account_id)
        ours = timedelta(hours=account.session_hours) if account.session_hours else lifetime
        db.session.add(
            UserSession(
                id_hash=digest(secret),
                account_id=user.account_id,
                user_seq=user.seq,
                epoch=user.session_epoch,
                created_at=now,
                confirmed_at=now,
                last_seen_at=now,
                expires_at=now + min(ours, lifetime),
                address=address,
                agent=(agent or "")[:200],
            )
        )
    return secret


def find(secret, idle=timedelta(minutes=60)):
    """The SignedIn for a session secret. None if the session ended, was idle or is too old, the person is inactive, the
    password or role has changed, or the account now requires a second step that the person does not have.
    """
    if not is_well_formed(secret):
        return None
    now, row = clock.now(), _WITH_PERSON.first(session_hash=digest(secret))
    if row is None or (is_required(row.two_step, row.role) and not row.has_second_step):
        return None
    is_idle = now - row.last_seen_at > idle
    if is_idle or now >= row.expires_at or _begun_too_long_ago(row, row.session_hours, now):
        _end_for_good(row)
        return None
    person = SignedIn(
        row.id_hash, row.account_id, row.account_name, row.id, row.seq, row.display_name, row.email or row.user_name,
        row.role, row.theme, row.language or row.account_language, in_use(row.zone, row.account_zone), row.account_zone,
        row.epoch, row.confirmed_at,
    )  # fmt: skip
    if abs(now - row.last_seen_at) >= SEEN_EVERY:  # also one that a wrong clock noted ahead
        mine = (UserSession.account_id == person.account_id, UserSession.id_hash == person.session_hash)
        note(update(UserSession).where(*mine).values(last_seen_at=now))
    return person


def _end_for_good(session):
    """End an expired session that was refused, so that it stays refused even if the clock is set back."""
    if session.expires_at != session.created_at:
        mine = (UserSession.account_id == session.account_id, UserSession.id_hash == session.id_hash)
        note(update(UserSession).where(*mine).values(expires_at=session.created_at))


def why_ended(secret):
    """Why a session is over: PAUSE, CUT or SECOND_STEP; None if the secret never belonged to a session."""
    if not is_well_formed(secret):
        return None
    session = db.session.get(UserSession, digest(secret))
    if session is None:
        return None
    query = (
        select(User.session_epoch, User.role, Account.two_step, IS_ON)
        .join(Account, Account.id == User.account_id)
        .where(User.account_id == session.account_id, User.seq == session.user_seq)
    )
    epoch, role, two_step, has_second_step = db.session.execute(query).one()
    if session.ended_at is not None or epoch != session.epoch:
        return CUT
    return SECOND_STEP if is_required(two_step, role) and not has_second_step else PAUSE


def confirm(person):
    """Note that the password was typed again in a session and return the session's new secret; the old one stops working."""
    secret = new_secret()
    with writing():
        mine = (UserSession.account_id == person.account_id, UserSession.id_hash == person.session_hash)
        db.session.execute(update(UserSession).where(*mine).values(id_hash=digest(secret), confirmed_at=clock.now()))
    return secret


def end(person):
    """End the session of a signed-in person."""
    with writing():
        mine = (UserSession.account_id == person.account_id, UserSession.id_hash == person.session_hash)
        db.session.execute(update(UserSession).where(*mine).values(ended_at=clock.now()))


class OpenSession(Struct, frozen=True):
    """One signed-in browser as its owner or an administrator sees it. ``id`` identifies the row and grants nothing."""

    id: str
    address: str | None
    agent: str | None
    started_at: datetime
    last_seen_at: datetime
    is_this_one: bool


def list_open(scope, user, this_hash=None):
    """The open sessions of a person, the one used last first."""
    hours, now = db.session.get(Account, scope.account_id).session_hours, clock.now()
    mine = (UserSession.user_seq == user.seq, UserSession.ended_at.is_(None), UserSession.epoch == user.session_epoch)
    query = scope.select(UserSession).where(*mine, UserSession.expires_at > now)
    return [
        OpenSession(
            row.id_hash[:SHOWN_ID], row.address, row.agent, row.created_at, row.last_seen_at, row.id_hash == this_hash
        )
        for row in db.session.scalars(query.order_by(UserSession.last_seen_at.desc()))
        if not _begun_too_long_ago(row, hours, now)
    ]


def end_one(scope, session_id):
    """End one session of the acting person; returns whether it existed. An unknown id changes nothing."""
    named = UserSession.id_hash.startswith(session_id, autoescape=True)
    if len(session_id) != SHOWN_ID:
        return False
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
        return _end_mine(work, row, SessionEnded, named) > 0


def end_others(scope, this_hash):
    """End all other sessions of the acting person, and withdraw the new address that was asked for, perhaps in one of them.

    Returns ``(how many sessions there were, whether a new address was withdrawn)``.
    """
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == scope.actor.id, kind="person", for_update=True)
        ended = _end_mine(work, row, OtherSessionsEnded, UserSession.id_hash != this_hash)
        return ended, new_addresses.withdraw(work, row)


def prune(account_id):
    """Delete sessions of an account that ended long ago; returns how many."""
    return deletions.delete_where(account_id, UserSession.id_hash, UserSession.expires_at < clock.now() - KEPT)


def _end_mine(work, row, event, *which):
    mine = (UserSession.account_id == row.account_id, UserSession.user_seq == row.seq)
    live = (UserSession.ended_at.is_(None), UserSession.expires_at > work.now)
    current = (*live, UserSession.epoch == row.session_epoch)
    ended = db.session.execute(update(UserSession).where(*mine, *current, *which).values(ended_at=work.now)).rowcount
    if ended:
        work.record(event(row.id, row.display_name))
    return ended


def _begun_too_long_ago(session, hours, now):
    """Whether a session is older than the account's ``hours`` (None: no limit of its own), which may be lowered any time."""
    return hours is not None and now - session.created_at >= timedelta(hours=hours)

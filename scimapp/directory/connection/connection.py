"""The SCIM connection as a whole: its state, pausing it, and calls refused because of a wrong token."""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import bindparam, func, select, true

from ...database import db
from ...database.column_types import UtcDateTime
from ...database.statements import Prepared
from .. import clock
from ..calls import call_pulse
from ..events import ScimPaused, ScimResumed
from ..model import Account, DeactivationGuard, ScimCall, ScimCallHour, ScimToken, User
from ..roles import Permission, weaker_of
from ..scope import own_rows
from ..unit_of_work import unit_of_work

ENDS_SOON = timedelta(days=10)
FAILING_SHARE = 0.5  # of the calls in a day
LOOKED_AT = 20  # failed calls searched for one with a mistyped token


class Overview(Struct, frozen=True):
    """What the sidebar shows. ``state`` is ``off`` without a live token, ``paused``, ``waiting`` for a first call, or ``on``.

    ``needs_a_look``: a token ends soon and is not replaced, most calls of the last day failed, or deactivations wait for a
    decision. The page of the connection shows details.
    """

    state: str
    paused_at: datetime | None
    paused_by: str | None
    needs_a_look: bool


class Maker(Struct, frozen=True):
    """What became of the maker of a token. ``ceiling`` is the weaker Role that limits the token since, or None.
    ``is_inactive`` is only set for tokens that stay in use: one that is being replaced ends soon.
    """

    ceiling: object
    is_inactive: bool


def overview(scope):
    """The Overview. One statement, and another if most calls failed."""
    now = clock.now()
    rows = _OVERVIEW.all(account_id=scope.account_id, now=now, lately=now - timedelta(hours=24))
    first = rows[0]
    ends = first.id is not None and any(ends_soon(row, now) for row in rows)
    fails = is_failing(scope, first.calls or 0, first.failed or 0)
    return Overview(_word(rows), first.scim_paused_at, first.scim_paused_by, ends or fails or bool(first.stopped))


def ends_soon(token, now):
    """Whether a live token ends within ENDS_SOON and is not replaced."""
    return token.replaced_by_id is None and token.expires_at - now < ENDS_SOON


def is_failing(scope, calls, failed):
    """Whether most calls of the last 24 hours failed, given their number ``calls`` and how many of them ``failed``.

    Calls that say nothing about the directory are left out. One statement if most failed, otherwise none.
    """
    if not failed or failed < FAILING_SHARE * calls:
        return False
    aside = call_pulse.failures_not_of_the_directory(scope, failed)
    return failed > aside and failed - aside >= FAILING_SHARE * (calls - aside)


def pause(scope):
    """Answer 503 to every client from the next call on, in every process; nothing is lost. Pausing twice changes nothing."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        if account.scim_paused_at is None:
            account.scim_paused_at, account.scim_paused_by = work.now, scope.actor.label
            work.record(ScimPaused(account.id, account.name))


def resume(scope):
    """End the pause."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        account = work.lock_account()
        if account.scim_paused_at is not None:
            account.scim_paused_at = account.scim_paused_by = None
            work.record(ScimResumed(account.id, account.name))


def makers(scope, tokens):
    """``{token id: Maker}`` for tokens whose maker has a weaker role now or is inactive. One statement."""
    ids = {token.created_by_id for token in tokens if token.created_by_id}
    query = scope.select(User, User.id, User.role, User.active).where(User.id.in_(ids))
    known = {person.id: person for person in db.session.execute(query)} if ids else {}
    found = {token.id: _maker(token, known[token.created_by_id]) for token in tokens if token.created_by_id in known}
    return {token_id: maker for token_id, maker in found.items() if maker.ceiling or maker.is_inactive}


def _maker(token, person):
    ceiling = weaker_of(token.maker_role, person.role)
    return Maker(ceiling if ceiling != token.maker_role else None, not (person.active or token.replaced_by_id))


def first_call_at(scope):
    """When a token of the account was first used, or None. One statement."""
    return db.session.scalar(scope.select(ScimToken, func.min(ScimToken.first_used_at)))


def refused_since(scope, moment):
    """The newest call since ``moment`` that was refused because of its token, or None.

    Its ``token_hint`` holds the last characters of what was sent, if that looked like one of our tokens. Only the newest
    failed calls are read, so polling every few seconds costs the same in a log of any length.
    """
    scope.require(Permission.CONFIGURE_SCIM)
    newest = scope.select(ScimCall).where(ScimCall.result == "failed").order_by(ScimCall.seq.desc()).limit(LOOKED_AT)
    calls = db.session.scalars(newest)
    return next((call for call in calls if call.status == 401 and call.at >= moment), None)


def _word(rows):
    if rows[0].id is None:
        return "off"
    if rows[0].scim_paused_at is not None:
        return "paused"
    return "on" if any(row.first_used_at for row in rows) else "waiting"


def _overview():
    """A statement for the account beside each of its live tokens, the tokens whose deactivations wait for a decision, and
    the numbers of calls and failed calls in the last day.
    """
    live = own_rows(ScimToken, ScimToken.id, ScimToken.first_used_at, ScimToken.expires_at, ScimToken.replaced_by_id)
    live = live.where(
        ScimToken.state == "active", ScimToken.expires_at > bindparam("now", type_=UtcDateTime)
    ).subquery()
    waits = (DeactivationGuard.blocks.is_(True), DeactivationGuard.kept_at.is_(None))
    stopped = own_rows(DeactivationGuard, func.count()).where(*waits).scalar_subquery().label("stopped")
    hour = ScimCallHour
    sums = {"failed": func.sum(hour.failed), "calls": func.sum(hour.answered + hour.warned + hour.failed)}
    lately = hour.hour > bindparam("lately", type_=UtcDateTime)
    calls = [own_rows(hour, asked).where(lately).scalar_subquery().label(name) for name, asked in sums.items()]
    account = select(Account.scim_paused_at, Account.scim_paused_by, *live.c, stopped, *calls)
    return Prepared(account.outerjoin(live, true()).where(Account.id == bindparam("account_id")))


_OVERVIEW = _overview()

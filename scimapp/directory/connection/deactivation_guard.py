"""Stops and asks when a token deactivates too many people at once: a wrong rule in a directory must not empty an account.

Too many is more than a share of the active people within some minutes. If the account wants to be asked, further deactivations
are refused until somebody lets them through, and those who may do that get a mail; other accounts are only told afterwards.
Deactivations and removals by one token count together, in a row that is locked while it is counted, so that parallel calls
cannot both pass.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, update

from ...database import db
from ...database.statements import Prepared
from ..accounts import seats
from ..clock import now
from ..errors import DeactivationsStopped
from ..events import Change, DeactivationsKept, DeactivationsLetThrough, DeactivationsOverLimit
from ..model import DeactivationGuard, ScimCall, ScimToken
from ..outbox import administrators
from ..roles import Permission
from ..scope import own_rows
from ..unit_of_work import unit_of_work
from .scim_tokens import answers

PERCENT = 20  # of the people who were active when the window began
ALWAYS_ALLOWED = 10  # people: a share of a small account would be hardly anybody
WINDOW_MINUTES = 10
OPEN_HOURS = 24  # how long deactivations are let through
TOLD_FOR = timedelta(days=7)  # how long a page shows a run that was not stopped
MAIL = "deactivations_stopped"
CAUSE = "stopped"  # the cause of refused calls in the provisioning log
_KEPT = ("minutes", "exceeded_at", "blocks", "done", "people", "span_minutes", "kept_at", "kept_by")
_LOCKED = Prepared(
    own_rows(DeactivationGuard, *(getattr(DeactivationGuard, name) for name in _KEPT), DeactivationGuard.open_until)
    .where(DeactivationGuard.token_id == bindparam("token_id"))
    .with_for_update()
)
_EMPTY = {"minutes": [], "blocks": False, "done": 0, "people": 0, "span_minutes": 0}
_MAKE = Prepared(
    lambda insert: (
        insert(DeactivationGuard)
        .values(account_id=bindparam("in_account"), token_id=bindparam("of_token"), **_EMPTY)
        .on_conflict_do_nothing()
    )
)
_MINE = update(DeactivationGuard).where(
    DeactivationGuard.account_id == bindparam("in_account"), DeactivationGuard.token_id == bindparam("of_token")
)
_SAVE = Prepared(_MINE, _KEPT)
# What nearly every deactivation writes: asks in the same statement whether enough people are active.
_SAVE_IF_FEW = Prepared(_MINE.where(bindparam("least") <= seats.IN_USE), ["minutes"])


class DeactivationRun(Struct, frozen=True):
    """A run of many deactivations by one token. ``waiting`` people are refused meanwhile; 0 if the run was not stopped."""

    token: ScimToken
    at: datetime
    blocks: bool
    done: int
    people: int
    minutes: int
    waiting: int
    kept_at: datetime | None
    kept_by: str | None


def limit(active):
    """How many of ``active`` people may be deactivated within the window."""
    return max(ALWAYS_ALLOWED, active * PERCENT // 100)


def fewest(done):
    """How many people must have been active for ``done`` of them to be within ``limit``."""
    return 0 if done <= ALWAYS_ALLOWED else -(-done * 100 // PERCENT)  # rounded up


def soon(work):
    """What ``count`` would wait for, to be sent behind a lock on the person as a Soon; None if the actor is not counted."""
    actor = work.scope.actor
    return _LOCKED.soon(account_id=work.scope.account_id, token_id=actor.id) if actor.is_token else None


def count(work, row):
    """Count that a token ends the access of ``row``, which is locked; other actors are not counted.

    Raises DeactivationsStopped if the account wants to be asked first.
    """
    if not work.scope.actor.is_token or not _is_new(work, row):
        return
    guard = row.guard and row.guard.first() or _locked(work.scope, work.scope.actor.id)
    if guard.open_until is not None and work.now < guard.open_until:
        return
    if guard.blocks:
        raise DeactivationsStopped()
    minute = int(work.now.timestamp()) // 60
    recent = [entry for entry in guard.minutes if entry[0] > minute - WINDOW_MINUTES]
    before = sum(number for _, number in recent)
    minutes = _with_one_more(recent, minute)
    if not _goes_on(work, guard) and _is_saved_as_few(work, before, minutes):
        return
    active = seats.taken(work) + before
    span = minute - recent[0][0] + 1 if recent else 1
    is_over = before + 1 > limit(active)
    if is_over and work.account.stop_deactivations:
        raise DeactivationsStopped((before, active, span))
    if is_over:
        guard = _with_run(work, guard, before + 1, active, span)
    _save(work.scope, guard._replace(minutes=minutes))


def remember(scope, error):
    """Store the first refusal in a unit of work of its own, after DeactivationsStopped has rolled the call's unit back."""
    if error.numbers is not None:
        _block(scope, *error.numbers)


def let_through(scope, token_id):
    """Let a token deactivate any number of people for a day. Raises NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = scope.one(ScimToken, ScimToken.id == token_id, kind="token")
        guard = _existing(scope, token_id)
        guard.exceeded_at = guard.kept_at = guard.kept_by = None
        guard.blocks, guard.minutes = False, []
        guard.open_until = work.now + timedelta(hours=OPEN_HOURS)
        until = guard.open_until.isoformat(timespec="seconds")
        work.record(DeactivationsLetThrough(token.id, token.label, (Change("until", None, until),)))


def keep_blocking(scope, token_id):
    """Note that somebody looked and decided to keep refusing. Doing it twice changes nothing. Raises NotInAccount."""
    scope.require(Permission.CONFIGURE_SCIM)
    with unit_of_work(scope) as work:
        token = scope.one(ScimToken, ScimToken.id == token_id, kind="token")
        guard = _existing(scope, token_id)
        if guard.blocks and guard.kept_at is None:
            guard.kept_at, guard.kept_by = work.now, scope.actor.label
            work.record(DeactivationsKept(token.id, token.label))


def forget(work):
    """Stop refusing, since the account does not want to be asked any more."""
    mine = DeactivationGuard.account_id == work.scope.account_id
    db.session.execute(delete(DeactivationGuard).where(mine))


def runs(scope):
    """The DeactivationRuns of live tokens: those refused now, and those of the last days that were not. Two statements."""
    scope.require(Permission.CONFIGURE_SCIM)
    is_told = DeactivationGuard.blocks | (DeactivationGuard.exceeded_at > now() - TOLD_FOR)
    query = scope.select(DeactivationGuard, DeactivationGuard, ScimToken).join(
        ScimToken,
        (ScimToken.account_id == DeactivationGuard.account_id) & (ScimToken.id == DeactivationGuard.token_id),
    )
    rows = db.session.execute(query.where(is_told, *answers()).order_by(DeactivationGuard.exceeded_at.desc())).all()
    waiting = _waiting(scope, [guard for guard, _ in rows if guard.blocks])
    return [
        DeactivationRun(token, guard.exceeded_at, guard.blocks, guard.done, guard.people, guard.span_minutes,
            waiting.get(token.id, 0), guard.kept_at, guard.kept_by)
        for guard, token in rows
    ]  # fmt: skip


def _is_new(work, row):
    """Whether the person counts: not if they were deactivated within the window and are now removed."""
    return row.active or row.deactivated_at is None or row.deactivated_at < work.now - timedelta(minutes=WINDOW_MINUTES)


def _goes_on(work, guard):
    """Whether the limit was exceeded within the window."""
    return guard.exceeded_at is not None and guard.exceeded_at >= work.now - timedelta(minutes=WINDOW_MINUTES)


def _is_saved_as_few(work, before, minutes):
    """Save ``minutes`` if one more after ``before`` is within the limit; returns whether it is."""
    scope, least = work.scope, fewest(before + 1) - before - seats.pending(work)
    key = {"account_id": scope.account_id, "in_account": scope.account_id, "of_token": scope.actor.id}
    return _SAVE_IF_FEW.run(**key, least=least, minutes=minutes) == 1


def _with_run(work, guard, done, active, span):
    """The guard with a new run, or with the greatest numbers of a run that continues."""
    goes_on = _goes_on(work, guard)
    if goes_on and done <= guard.done:  # the first deactivations have left the window
        return guard
    if not goes_on:
        guard = guard._replace(exceeded_at=work.now)
        token = work.scope.actor
        work.record(DeactivationsOverLimit(token.id, token.label, (Change("deactivations", None, done),)))
    return guard._replace(done=done, people=active, span_minutes=span)


def _block(scope, done, active, span):
    with unit_of_work(scope) as work:
        guard = _locked(scope, scope.actor.id)
        if guard.blocks:
            return
        numbers = {"done": done, "people": active, "span_minutes": span}
        blocking = {"blocks": True, "exceeded_at": work.now, "kept_at": None, "kept_by": None}
        _save(scope, guard._replace(**blocking, **numbers))
        changes = (Change("deactivations", None, done), Change("refuses", False, True))
        work.record(DeactivationsOverLimit(scope.actor.id, scope.actor.label, changes))
        subject = f"Deactivations in {work.account.name} wait for a decision"
        administrators.owe(work, Permission.CONFIGURE_SCIM, MAIL, subject, token_id=scope.actor.id)


def _locked(scope, token_id):
    """The guard of a token, created if missing, locked until the unit ends; ``_save`` writes it."""
    key = {"account_id": scope.account_id, "token_id": token_id}
    guard = _LOCKED.first(**key)
    if guard is None:
        _MAKE.send(in_account=scope.account_id, of_token=token_id)
        guard = _LOCKED.first(**key)
    return guard


def _save(scope, guard):
    _SAVE.send(
        in_account=scope.account_id,
        of_token=scope.actor.id,
        **{name: getattr(guard, name) for name in _KEPT},
    )


def _existing(scope, token_id):
    return scope.one(DeactivationGuard, DeactivationGuard.token_id == token_id, kind="token", for_update=True)


def _with_one_more(recent, minute):
    counted = dict(recent)
    counted[minute] = counted.get(minute, 0) + 1
    return [list(entry) for entry in sorted(counted.items())]


def _waiting(scope, guards):
    """``{token id: number of people}`` whose deactivation was refused since, from the provisioning log."""
    if not guards:
        return {}
    since = min(guard.exceeded_at for guard in guards)
    refused = scope.select(ScimCall, ScimCall.token_id, func.count(ScimCall.target_id.distinct())).where(
        ScimCall.result == "failed", ScimCall.cause == CAUSE, ScimCall.at >= since - timedelta(seconds=1),
        ScimCall.token_id.in_([guard.token_id for guard in guards]),
    )  # fmt: skip
    return dict(db.session.execute(refused.group_by(ScimCall.token_id)).tuples().all())

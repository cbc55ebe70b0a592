"""Reading the provisioning log: a page of calls, one of them, the counts by hour, and how the connection is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_

from ..database import db
from . import clock
from .model import ScimCall, ScimCallBody, ScimCallHour, ScimToken
from .roles import Permission
from .search import escaped

RESULTS = ("answered", "warned", "failed")
EXPORT_CHUNK = 500  # calls read at a time


@dataclass(frozen=True, slots=True)
class CallSearch:
    """``before`` and ``after`` are seqs to go on from: older calls, or newer ones. ``since`` is the oldest moment."""

    q: str = ""
    result: str | None = None
    token: str | None = None
    operation: str | None = None
    since: datetime | None = None
    before: int | None = None
    after: int | None = None
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first, and the seqs to go on from, None at an end."""

    items: list
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class Hour:
    """The calls of an hour, or of a longer stretch that begins then."""

    at: datetime
    answered: int
    warned: int
    failed: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the connection was first and last heard, and the usual gap in seconds between hours with calls."""

    first: ScimCall | None
    last: ScimCall | None
    answered: int  # in the last 24 hours, with those that were warned about
    failed: int
    usual_gap: int | None


def find(scope, search):
    """A CallPage. At most two statements, at any length."""
    scope.require(Permission.VIEW_LOG)
    query = _filtered(scope, search)
    if search.after is not None:
        newer = query.where(ScimCall.seq > search.after).order_by(ScimCall.seq).limit(search.per_page + 1)
        rows = db.session.scalars(newer).all()
        items = rows[: search.per_page][::-1]
        return CallPage(items, items[-1].seq if items else None, items[0].seq if len(rows) > len(items) else None)
    if search.before is not None:
        query = query.where(ScimCall.seq < search.before)
    rows = db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(search.per_page + 1)).all()
    items = rows[: search.per_page]
    older = items[-1].seq if len(rows) > len(items) else None
    return CallPage(items, older, items[0].seq if items and search.before is not None else None)


def newer_count(scope, search, seq):
    """How many calls of a search came after ``seq``; at most 100 are counted."""
    scope.require(Permission.VIEW_LOG)
    newer = _filtered(scope, search).where(ScimCall.seq > seq).with_only_columns(ScimCall.seq).limit(100)
    return len(db.session.scalars(newer).all())


def get(scope, request_id):
    """``(call, its bodies or None)``. Raises NotInAccount."""
    scope.require(Permission.VIEW_LOG)
    call = scope.one(ScimCall, ScimCall.request_id == request_id, kind="call")
    return call, db.session.scalars(scope.select(ScimCallBody).where(ScimCallBody.call_seq == call.seq)).first()


def neighbours(scope, search, call):
    """The request ids of the next older and the next newer call within a search, None at an end."""
    query = _filtered(scope, search).with_only_columns(ScimCall.request_id)
    older = query.where(ScimCall.seq < call.seq).order_by(ScimCall.seq.desc()).limit(1)
    newer = query.where(ScimCall.seq > call.seq).order_by(ScimCall.seq).limit(1)
    return db.session.scalar(older), db.session.scalar(newer)


def same_problem(scope, call, limit=5):
    """Earlier calls that failed for the same cause about the same target or, without one, at all."""
    if call.cause is None:
        return []
    query = scope.select(ScimCall).where(
        ScimCall.result == call.result, ScimCall.seq < call.seq, ScimCall.cause == call.cause
    )
    if call.target_id:
        query = query.where(ScimCall.target_id == call.target_id)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(limit)).all()


def of_target(scope, target_id, limit=1):
    """The newest calls about a person or group."""
    query = scope.select(ScimCall).where(ScimCall.target_id == target_id)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(limit)).all()


def export(scope, search):
    """Every call of a search with its bodies, ``(call, body or None)``, newest first, read in chunks."""
    before = search.before
    while True:
        wanted = CallSearch(search.q, search.result, search.token, search.operation, search.since, before,
                            per_page=EXPORT_CHUNK)  # fmt: skip
        page = find(scope, wanted)
        seqs = [call.seq for call in page.items]
        bodies = db.session.scalars(scope.select(ScimCallBody).where(ScimCallBody.call_seq.in_(seqs)))
        by_seq = {body.call_seq: body for body in bodies}
        yield from ((call, by_seq.get(call.seq)) for call in page.items)
        if page.older is None:
            return
        before = page.older
        db.session.expunge_all()  # what was sent is not kept


def hours(scope, days):
    """The hours with calls in the last ``days``, oldest first."""
    query = scope.select(ScimCallHour).where(ScimCallHour.hour > clock.now() - timedelta(days=days))
    rows = db.session.scalars(query.order_by(ScimCallHour.hour))
    return [Hour(row.hour, row.answered, row.warned, row.failed) for row in rows]


def pulse(scope):
    """How the connection is. Three statements."""
    answered = scope.select(ScimCall).where(ScimCall.token_id.is_not(None), ScimCall.status != 401)
    first = db.session.scalars(answered.order_by(ScimCall.seq).limit(1)).first()
    last = db.session.scalars(answered.order_by(ScimCall.seq.desc()).limit(1)).first()
    month = hours(scope, 30)
    day = [hour for hour in month if hour.at > clock.now() - timedelta(hours=24)]
    gaps = sorted(
        int((later.at - earlier.at).total_seconds()) for earlier, later in zip(month, month[1:], strict=False)
    )
    return Pulse(
        first,
        last,
        sum(hour.answered + hour.warned for hour in day),
        sum(hour.failed for hour in day),
        gaps[len(gaps) // 2] if len(gaps) >= 5 else None,
    )


def recent_warnings(scope, days=1):
    """Warned and failed calls of the last ``days``, newest first, at most 200: what the health panel sums up."""
    since = clock.now() - timedelta(days=days)
    query = scope.select(ScimCall).where(ScimCall.result.in_(("warned", "failed")), ScimCall.at > since)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(200)).all()


def refused_since(scope, moment):
    """The newest call that was refused for its token since ``moment``, or None."""
    query = scope.select(ScimCall).where(ScimCall.result == "failed", ScimCall.status == 401, ScimCall.at > moment)
    return db.session.scalars(query.order_by(ScimCall.seq.desc()).limit(1)).first()


def tokens_seen(scope):
    """``[(id, label)]`` of the account's tokens, for the filter."""
    query = scope.select(ScimToken, ScimToken.id, ScimToken.label).order_by(ScimToken.seq.desc())
    return [tuple(row) for row in db.session.execute(query)]


def total_since(scope, moment):
    """How many calls the log counts since ``moment``."""
    counted = func.coalesce(func.sum(ScimCallHour.answered + ScimCallHour.warned + ScimCallHour.failed), 0)
    return db.session.scalar(scope.select(ScimCallHour, counted).where(ScimCallHour.hour >= moment))


def _filtered(scope, search):
    query = scope.select(ScimCall)
    if search.result in RESULTS:
        query = query.where(ScimCall.result == search.result)
    if search.token:
        query = query.where(ScimCall.token_id == search.token)
    if search.operation:
        query = query.where(ScimCall.operation == search.operation)
    if search.since is not None:
        query = query.where(ScimCall.at >= search.since)
    if search.q:
        named = ScimCall.target_label.ilike(f"%{escaped(search.q)}%", escape="\\")
        query = query.where(or_(ScimCall.request_id == search.q, ScimCall.target_id == search.q, named))
    return query

"""Writing the provisioning log: what the buffer holds becomes rows, in batches, and never at a call's expense (D-17).

How long rows are kept stands in ``call_retention``, what only the directory can add to them in ``call_naming``.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.dialects import postgresql

from ...background import giving_way
from ...database import committed, db, is_waited_for, writing
from ...database.statements import Prepared
from ..availability import UNAVAILABLE
from ..model import Account, ScimCall, ScimCallBody, ScimCallHour
from ..scope import own_rows, server_scope
from ..sql_text import among, is_storable, json_list
from . import call_erasure, call_naming, call_turns
from .call_buffer import buffer

BATCH = 500  # calls in one transaction at most
PIECE = 100  # calls that are looked up together, and written before somebody else may write
LONGEST_BODY = 65_536  # characters kept of one body
LONGEST_TEXT = 500  # characters of paths and details
WAIT_SECONDS = 3  # for another thread that is writing
_log = logging.getLogger("scimapp.calls")
_writing = threading.Lock()  # so that whoever comes second finds the rows of the first


def _insert(model, *left_out):
    columns = [column.name for column in model.__table__.c if column.name not in left_out]
    return Prepared(insert(model).values({name: bindparam(name) for name in columns}))


_CALL = _insert(ScimCall, "seq")
_SEQS = Prepared(
    own_rows(ScimCall, ScimCall.request_id, func.max(ScimCall.seq))
    .where(among(ScimCall.request_id, bindparam("request_ids")))
    .group_by(ScimCall.request_id)
)
_BODY = _insert(ScimCallBody)
_LONG_AGO, _HOUR = datetime.min.replace(tzinfo=UTC) + timedelta(days=1), timedelta(hours=1)
_COUNTED = ("answered", "warned", "failed")
_NEW_COUNT = postgresql.insert(ScimCallHour).values(  # both databases say it as Postgres does
    {name: bindparam(name) for name in ("account_id", "hour", *_COUNTED)}
)
_COUNT = Prepared(
    _NEW_COUNT.on_conflict_do_update(
        index_elements=["account_id", "hour"],
        set_={name: getattr(ScimCallHour, name) + _NEW_COUNT.excluded[name] for name in _COUNTED},
    )
)
_ACCOUNTS = Prepared(select(Account.id, Account.log_body_days).where(among(Account.id, bindparam("ids"))))


class PendingCall(NamedTuple):
    """A call as the front saw it. ``describe`` returns its ``Description`` when it is written, not before.

    ``kind`` names a flood that this call may be part of, None for calls that are always kept one by one.
    """

    account_id: str
    request_id: str
    at: datetime
    token_hash: str | None  # of a secret that was not looked up: it may be one that ended
    describe: object
    size: int = 0  # bytes of bodies
    kind: tuple | None = None
    times: int = 1
    may_be_there: bool = False  # the connection broke when it was committed

    def standing_for(self, times):
        """The same record for many calls like it."""
        return self._replace(times=times)


@dataclass(slots=True)
class Description:
    """What a call was, in the columns of ``ScimCall``; bodies masked. ``scim_id`` names the resource it was about.

    ``label`` returns the name of a resource that the directory does not know by it, as the call had it.
    """

    columns: dict
    scim_id: str | None
    request: str | None
    answer: str | None
    label: object = None


def flush(settle=True):
    """Write what waits in this process; returns how many rows. Keeps them where the database is away, raises nothing.

    ``settle``: also floods that are still going on, which a reader wants to see and the worker leaves to grow.
    """
    if not _writing.acquire(timeout=WAIT_SECONDS):
        return 0
    try:
        return _flush(settle)
    finally:
        _writing.release()


def _flush(settle):
    written = 0
    while pending := buffer().take(BATCH, settle):
        settle = False  # once, or a flood could keep its reader here
        by_account = {}
        for call in pending:
            by_account.setdefault(call.account_id, []).append(call)
        try:
            written += _write(by_account)
        except UNAVAILABLE:
            db.session.rollback()
            waiting = [call for calls in by_account.values() for call in calls]
            buffer().give_back(waiting)
            _log.warning("the provisioning log cannot be written now; %s calls wait", len(waiting))
            break
        if len(pending) < BATCH:
            break  # that was all; what has come meanwhile is better written together, a moment later
    return written


def _write(by_account):
    """Write the calls of each account and take them out of ``by_account``; those of no account just go."""
    named = [account_id for account_id in by_account if is_storable(account_id)]  # a URL may name anything
    body_days = dict(_ACCOUNTS.tuples(ids=json_list(named)))
    written = 0
    for account_id in list(by_account):
        if account_id in body_days:
            written += _write_together(account_id, body_days[account_id], by_account[account_id])
        del by_account[account_id]
    return written


def _write_together(account_id, body_days, calls):
    """Together; where that cannot be, one by one, so that a single odd call does not take the others with it."""
    written = 0
    try:
        for number in _write_account(account_id, body_days, calls):
            written += number
        return written
    except UNAVAILABLE:
        raise
    except Exception:
        db.session.rollback()
        _log.exception("calls could not be written to the provisioning log together")
    while calls:
        one = calls[:1]
        try:
            written += sum(_write_account(account_id, body_days, one))
        except UNAVAILABLE:
            calls[:1] = one
            raise
        except Exception:
            db.session.rollback()
            _log.error("request %s could not be written to the provisioning log", calls[0].request_id)
        del calls[0]
    return written


def _write_account(account_id, body_days, calls):
    """Write calls of an account, together or until somebody waits to write: yields how many, which are no longer in the list."""
    new = _not_there(account_id, calls)
    described = [(call, what) for call in giving_way(new) if (what := _described(call)) is not None]
    calls[:] = [call for call, _ in described]
    for piece in giving_way(_pieces(described)):
        call_naming.complete(server_scope(account_id), piece)
        for call, what in piece:
            row = what.columns
            row["account_id"], row["request_id"], row["at"] = account_id, call.request_id, call.at
            row["times"] = call.times
    pieces = _pieces(described)
    for piece in giving_way(pieces):
        before, number = committed(), 0
        try:
            with writing():
                erased = call_turns.last_erasure(account_id)
                number += _write_piece(account_id, body_days, piece, erased)
                while not is_waited_for() and (piece := next(pieces, None)):
                    number += _write_piece(account_id, body_days, piece, erased)
        except UNAVAILABLE:
            if committed() != before:  # or nobody can tell
                calls[:number] = [call._replace(may_be_there=True) for call in calls[:number]]
            raise
        del calls[:number]
        yield number


def _not_there(account_id, calls):
    """The calls but for those that are in the log although the connection broke when they were committed."""
    doubtful = [call.request_id for call in calls if call.may_be_there]
    there = dict(_SEQS.tuples(account_id=account_id, request_ids=json_list(doubtful))) if doubtful else {}
    return [call for call in calls if not (call.may_be_there and call.request_id in there)]


def _pieces(described):
    return (described[place : place + PIECE] for place in range(0, len(described), PIECE))


def _write_piece(account_id, body_days, described, erased):
    """The rows of some calls, inside ``writing``; returns how many calls they were. ``erased``: see ``call_turns``."""
    if erased is not None:
        call_erasure.leave_out(account_id, described, erased)
    _CALL.send_many([what.columns for _, what in described])
    if body_days:
        _write_bodies(account_id, described)
    _COUNT.send_many(_counts(account_id, described))
    return len(described)


def _write_bodies(account_id, described):
    kept = [(call.request_id, what) for call, what in described if what.request or what.answer]
    request_ids = json_list([request_id for request_id, _ in kept])
    seqs = dict(_SEQS.tuples(account_id=account_id, request_ids=request_ids))
    _BODY.send_many(
        {
            "account_id": account_id,
            "call_seq": seqs[request_id],
            "request": _cut(what.request),
            "answer": _cut(what.answer),
        }
        for request_id, what in kept
    )


def _described(call):
    try:
        return call.describe()
    except Exception:
        _log.exception("request %s could not be described for the provisioning log", call.request_id)
        return None


def _counts(account_id, described):
    """Rows of the hourly counts of the chart, written with the calls so that they always agree."""
    hours, end = {}, _LONG_AGO
    for call, what in described:
        if not end - _HOUR <= call.at < end:  # calls in a row are nearly always of one hour
            hour = call.at.replace(minute=0, second=0, microsecond=0)
            counted, end = hours.setdefault(hour, dict.fromkeys(_COUNTED, 0)), hour + _HOUR
        counted[what.columns["result"]] += call.times
    return [{"account_id": account_id, "hour": hour} | hours[hour] for hour in sorted(hours)]


def indented(text):
    """A kept body as people read it: JSON over several lines, any other text as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or one too deep to be written
        return text


def _cut(text):
    """A body that is not too long; the beginning of one that is, over lines, since it can no longer be read as JSON."""
    if text is None or len(text) <= LONGEST_BODY:
        return text
    text = indented(text)
    return f"{text[:LONGEST_BODY]}\n… {len(text) - LONGEST_BODY:,} more characters"

"""Writes the provisioning log: turns the buffer into rows, in batches, and never at a call's expense.

``call_retention`` decides how long rows are kept; ``call_naming`` adds what only the directory knows.
"""

import logging
import threading
from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import bindparam, func, insert, select

from ...background import giving_way
from ...database import committed, db, is_waited_for, writing
from ...database.statements import Prepared
from ...texts import is_storable
from ..availability import UNAVAILABLE
from ..model import Account, ScimCall, ScimCallBody, ScimCallHour
from ..scope import own_rows, server_scope
from ..sql.chunks import in_chunks
from ..sql.lists import among, json_list
from . import call_erasure, call_naming, call_turns
from .call_buffer import buffer

BATCH = 500  # most calls in one transaction
PIECE = 100  # calls that are looked up together; other writers may go first after each piece
LONGEST_BODY = 65_536  # characters kept of one body
WAIT_SECONDS = 3  # for another thread that is writing
_log = logging.getLogger("scimapp.calls")
_writing = threading.Lock()  # a thread that had to wait finds the rows of the one before


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


def _count_up(insert):
    new = insert(ScimCallHour).values({name: bindparam(name) for name in ("account_id", "hour", *_COUNTED)})
    return new.on_conflict_do_update(
        index_elements=["account_id", "hour"],
        set_={name: getattr(ScimCallHour, name) + new.excluded[name] for name in _COUNTED},
    )


_COUNT = Prepared(_count_up)
_ACCOUNTS = Prepared(select(Account.id, Account.log_body_days).where(among(Account.id, bindparam("ids"))))


def flush(settle=True):
    """Write what waits in this process; returns the number of rows. If the database is unavailable, keeps the calls and
    raises nothing.

    ``settle`` also writes floods that still go on: a reader wants to see them, while the worker lets them grow.
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
        settle = False  # only once: a running flood would keep the reader here
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
            break  # the buffer is empty; what has come meanwhile is better written together, a moment later
    return written


def _write(by_account):
    """Write the calls of each account and remove them from ``by_account``. Calls of unknown accounts are dropped."""
    named = [account_id for account_id in by_account if is_storable(account_id)]  # a URL may name any text
    body_days = dict(_ACCOUNTS.tuples(ids=json_list(named)))
    written = 0
    for account_id in list(by_account):
        if account_id in body_days:
            written += _write_together(account_id, body_days[account_id], by_account[account_id])
        del by_account[account_id]
    return written


def _write_together(account_id, body_days, calls):
    """Write calls together; if that fails, one by one, so that a single bad call does not take the others with it."""
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
    """Write calls of an account, pausing when another writer waits.

    Yields how many were written and removed from ``calls``.
    """
    new = _not_there(account_id, calls)
    described = [(call, what) for call in giving_way(new) if (what := _described(call)) is not None]
    calls[:] = [call for call, _ in described]
    for piece in giving_way(in_chunks(described, PIECE)):
        call_naming.complete(server_scope(account_id), piece)
        for call, what in piece:
            row = what.columns
            row["account_id"], row["request_id"], row["at"] = account_id, call.request_id, call.at
            row["times"] = call.times
    pieces = in_chunks(described, PIECE)
    for piece in giving_way(pieces):
        before, number = committed(), 0
        try:
            with writing():
                erased = call_turns.last_erasure(account_id)
                number += _write_piece(account_id, body_days, piece, erased)
                while not is_waited_for() and (piece := next(pieces, None)):
                    number += _write_piece(account_id, body_days, piece, erased)
        except UNAVAILABLE:
            if committed() != before:  # ``committed`` differs if the commit may have succeeded
                calls[:number] = [call._replace(may_be_there=True) for call in calls[:number]]
            raise
        del calls[:number]
        yield number


def _not_there(account_id, calls):
    """The calls without those that are in the log although the connection broke during their commit."""
    doubtful = [call.request_id for call in calls if call.may_be_there]
    there = dict(_SEQS.tuples(account_id=account_id, request_ids=json_list(doubtful))) if doubtful else {}
    return [call for call in calls if not (call.may_be_there and call.request_id in there)]


def _write_piece(account_id, body_days, described, erased):
    """Write the rows of some calls, inside ``writing``; returns the number of calls. For ``erased`` see ``call_turns``."""
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
    """The rows of the chart's hourly counts, written together with the calls so that both always agree."""
    hours, end = {}, _LONG_AGO
    for call, what in described:
        if not end - _HOUR <= call.at < end:  # successive calls are nearly always of the same hour
            hour = call.at.replace(minute=0, second=0, microsecond=0)
            counted, end = hours.setdefault(hour, dict.fromkeys(_COUNTED, 0)), hour + _HOUR
        counted[what.columns["result"]] += call.times
    return [{"account_id": account_id, "hour": hour} | hours[hour] for hour in sorted(hours)]


def indented(text):
    """A stored body for people to read: JSON indented over several lines, any other text as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # not JSON, or nested too deeply to be written
        return text


def _cut(text):
    """A body of limited length.

    A longer one is indented first and then cut, since the rest cannot be read as JSON any more.
    """
    if text is None or len(text) <= LONGEST_BODY:
        return text
    text = indented(text)
    return f"{text[:LONGEST_BODY]}\n… {len(text) - LONGEST_BODY:,} more characters"

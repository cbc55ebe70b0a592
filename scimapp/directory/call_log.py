"""Writing the provisioning log: what the buffer holds becomes rows, in batches, and never at a call's expense (D-17).

How long rows are kept stands in ``call_retention``, what only the directory can add to them in ``call_naming``.
"""

import logging
import threading
from collections import Counter as Tally
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ..database import db, writing
from ..statements import Prepared
from . import call_naming
from .availability import UNAVAILABLE
from .call_buffer import buffer
from .model import Account, ScimCall, ScimCallBody, ScimCallHour
from .scope import own_rows, server_scope

BATCH = 500  # calls in one transaction
LONGEST_BODY = 65_536  # characters kept of one body
LONGEST_TEXT = 500  # characters of paths and details
WAIT_SECONDS = 3  # for another thread that is writing
_log = logging.getLogger("scimapp.calls")
_writing = threading.Lock()  # so that whoever comes second finds the rows of the first
_CALL = Prepared(
    insert(ScimCall).values(
        {column.name: bindparam(column.name) for column in ScimCall.__table__.c if column.name != "seq"}
    )
)
_BODY = Prepared(
    insert(ScimCallBody).from_select(
        ("account_id", "call_seq", "request", "answer"),
        own_rows(
            ScimCall, ScimCall.account_id, func.max(ScimCall.seq),
            cast(bindparam("request"), Text), cast(bindparam("answer"), Text),
        )
        .where(ScimCall.request_id == bindparam("request_id"))
        .group_by(ScimCall.account_id),
    )
)  # fmt: skip


@dataclass(slots=True)
class PendingCall:
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

    def standing_for(self, times):
        """The same record for many calls like it."""
        return replace(self, times=times)


@dataclass(slots=True)
class Description:
    """What a call was, in the columns of ``ScimCall``; bodies masked. ``scim_id`` names the resource it was about."""

    columns: dict
    scim_id: str | None
    request: str | None
    answer: str | None


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
    return written


def _write(by_account):
    """Write the calls of each account and take them out of ``by_account``; those of no account just go."""
    known = select(Account.id, Account.log_body_days).where(Account.id.in_(by_account))  # a URL may name anything
    body_days = dict(db.session.execute(known).tuples().all())
    written = 0
    for account_id in list(by_account):
        if account_id in body_days:
            written += _write_together(account_id, body_days[account_id], by_account[account_id])
        del by_account[account_id]
    return written


def _write_together(account_id, body_days, calls):
    """All at once; where that cannot be, one by one, so that a single odd call does not take the others with it."""
    try:
        return _write_account(account_id, body_days, calls)
    except UNAVAILABLE:
        raise
    except Exception:
        db.session.rollback()
        _log.exception("calls could not be written to the provisioning log together")
    written = 0
    for call in calls:
        try:
            written += _write_account(account_id, body_days, [call])
        except UNAVAILABLE:
            raise
        except Exception:
            db.session.rollback()
            _log.error("request %s could not be written to the provisioning log", call.request_id)
    return written


def _write_account(account_id, body_days, calls):
    described = [(call, what) for call in calls if (what := _described(call)) is not None]
    if not described:
        return 0
    call_naming.complete(server_scope(account_id), described)
    db.session.commit()  # end the reading before the write lock is taken
    with writing() as session:
        _CALL.run_many(
            {"account_id": account_id, "request_id": call.request_id, "at": call.at, "times": call.times} | what.columns
            for call, what in described
        )
        if body_days:
            _BODY.run_many(
                {
                    "account_id": account_id,
                    "request_id": call.request_id,
                    "request": _cut(what.request),
                    "answer": _cut(what.answer),
                }
                for call, what in described
                if what.request or what.answer
            )
        _count(session, account_id, described)
    return len(described)


def _described(call):
    try:
        return call.describe()
    except Exception:
        _log.exception("request %s could not be described for the provisioning log", call.request_id)
        return None


def _count(session, account_id, described):
    """The hourly counts of the chart, written with the calls so that they always agree."""
    tally = Tally()
    for call, what in described:
        tally[call.at.replace(minute=0, second=0, microsecond=0), what.columns["result"]] += call.times
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    for hour in sorted({hour for hour, _ in tally}):
        counts = {result: tally[hour, result] for result in ("answered", "warned", "failed")}
        statement = dialect.insert(ScimCallHour).values(account_id=account_id, hour=hour, **counts)
        added = {result: getattr(ScimCallHour, result) + statement.excluded[result] for result in counts}
        session.execute(statement.on_conflict_do_update(index_elements=["account_id", "hour"], set_=added))


def _cut(text):
    if text is None or len(text) <= LONGEST_BODY:
        return text
    return f"{text[:LONGEST_BODY]}\n… {len(text) - LONGEST_BODY:,} more characters"

"""How long the provisioning log is kept: bodies for some days, facts for more, as each account decides."""

from datetime import timedelta

from sqlalchemy import delete, select

from ...database import db, writing
from .. import clock
from ..model import Account, ScimCall, ScimCallBody, ScimCallHour
from ..scope import server_scope
from . import call_turns

SLICE = 2_000  # rows deleted in one transaction, so that calls never wait long for the lock


def prune():
    """Delete bodies and calls past their retention, slice by slice; returns the numbers deleted: ``(calls, bodies)``."""
    calls = bodies = 0
    for account_id, days, body_days in db.session.execute(
        select(Account.id, Account.log_days, Account.log_body_days)
    ).all():
        scope, now = server_scope(account_id), clock.now()
        bodies += _delete_bodies(scope, now - timedelta(days=body_days))
        gone = _delete_calls(scope, now - timedelta(days=days))
        calls, bodies = calls + gone[0], bodies + gone[1]
        call_turns.prune(scope)
    db.session.commit()
    return calls, bodies


def _delete_bodies(scope, oldest):
    """Delete bodies of calls before ``oldest``. Rows are in order of time, so only the oldest are read."""
    newest = scope.select(ScimCall, ScimCall.seq).where(ScimCall.at < oldest)
    newest = newest.order_by(ScimCall.at.desc(), ScimCall.seq.desc()).limit(1)  # several may share a moment
    mine = (ScimCall.account_id == ScimCallBody.account_id) & (ScimCall.seq == ScimCallBody.call_seq)
    query = (
        scope.select(ScimCallBody, ScimCallBody.call_seq)
        .join(ScimCall, mine)
        .where(ScimCallBody.call_seq <= newest.scalar_subquery(), ScimCall.at < oldest)
        .order_by(ScimCallBody.call_seq)
        .limit(SLICE)
    )
    return sum(_delete(scope, ScimCallBody, ScimCallBody.call_seq, seqs) for seqs in _slices(query))


def _delete_calls(scope, oldest):
    query = scope.select(ScimCall, ScimCall.seq).where(ScimCall.at < oldest).order_by(ScimCall.at).limit(SLICE)
    calls = bodies = 0
    for seqs in _slices(query):
        bodies += _delete(scope, ScimCallBody, ScimCallBody.call_seq, seqs)
        calls += _delete(scope, ScimCall, ScimCall.seq, seqs)
    with writing() as session:
        over = oldest - timedelta(hours=1)  # a count is deleted with the last call of its hour
        hours = (ScimCallHour.account_id == scope.account_id, ScimCallHour.hour < over)
        session.execute(delete(ScimCallHour).where(*hours))
    return calls, bodies


def _slices(query):
    """Yield what ``query`` finds until it finds nothing; the caller deletes each slice before asking for the next."""
    while seqs := db.session.scalars(query).all():
        db.session.commit()  # end the read transaction before the write lock is taken
        yield seqs
    db.session.commit()


def _delete(scope, model, column, seqs):
    with writing() as session:
        return session.execute(delete(model).where(model.account_id == scope.account_id, column.in_(seqs))).rowcount

"""The provisioning log: writing what the buffer holds, and what is kept for how long (requirements D-17)."""

import logging
from collections import Counter as Tally
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from ..audit.log import AuditEntry
from ..database import db, writing
from . import call_buffer, clock
from .availability import UNAVAILABLE
from .events import MembersSkipped
from .model import Account, Group, ScimCall, ScimCallBody, ScimCallHour, ScimToken, User
from .scope import server_scope

BATCH = 200  # calls in one transaction
LONGEST_BODY = 65_536  # characters kept of one body
LONGEST_TEXT = 500  # characters of paths and details
PRUNED = 2_000  # rows deleted in one transaction
_log = logging.getLogger("scimapp.calls")


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A call as the front saw it. ``describe`` returns its ``Description`` when it is written, not before."""

    account_id: str
    request_id: str
    at: datetime
    token_hash: str | None  # of a refused secret: it may be one that ended
    describe: object


@dataclass(slots=True)
class Description:
    """What a call was, in the columns of ``ScimCall``; bodies masked. ``scim_id`` names the resource it was about."""

    columns: dict
    scim_id: str | None
    request: str | None
    answer: str | None


def flush():
    """Write what waits, in batches; returns how many calls. Keeps them where the database is away, and raises nothing."""
    written = 0
    while True:
        pending = call_buffer.take(BATCH)
        if not pending:
            return written
        try:
            written += _write(pending)
        except UNAVAILABLE:
            db.session.rollback()
            call_buffer.give_back(pending)
            _log.warning("the provisioning log cannot be written now; %s calls wait", len(pending))
            return written
        except Exception:  # a call that cannot be described must not hold up the others for good
            db.session.rollback()
            _log.exception("%s calls could not be written to the provisioning log", len(pending))


def prune():
    """Delete bodies and calls that were kept long enough, a slice at a time; returns how many rows went."""
    gone = 0
    for account in db.session.scalars(select(Account)).all():
        scope = server_scope(account.id)
        now = clock.now()
        gone += _delete_bodies(scope, now - timedelta(days=account.log_body_days))
        gone += _delete_calls(scope, now - timedelta(days=account.log_days))
    return gone


def _write(pending):
    by_account = {}
    for call in pending:
        by_account.setdefault(call.account_id, []).append(call)
    written = 0
    for account_id, calls in by_account.items():
        account = db.session.get(Account, account_id)
        if account is not None:  # a URL may name anything
            written += _write_account(account, calls)
    return written


def _write_account(account, calls):
    scope = server_scope(account.id)
    described = [(call, call.describe()) for call in calls]
    _name_targets(scope, described)
    _name_ended_tokens(scope, described)
    _add_skipped(scope, described)
    keeps_bodies = account.log_body_days > 0
    db.session.commit()  # end the reading before the write lock is taken
    with writing() as session:
        rows = [{"account_id": account.id, "request_id": call.request_id, "at": call.at} | what.columns
                for call, what in described]  # fmt: skip
        seqs = session.scalars(insert(ScimCall).returning(ScimCall.seq, sort_by_parameter_order=True), rows).all()
        bodies = [
            {"account_id": account.id, "call_seq": seq, "request": _cut(what.request), "answer": _cut(what.answer)}
            for seq, (_, what) in zip(seqs, described, strict=True)
            if keeps_bodies and (what.request or what.answer)
        ]
        if bodies:
            session.execute(insert(ScimCallBody), bodies)
        _count(session, account.id, described)
    return len(described)


def _name_targets(scope, described):
    """Targets by the ids that screens use, under the names they have now."""
    wanted = {what.scim_id for _, what in described if what.scim_id}
    people = scope.select(User, User.scim_id, User.id, User.display_name).where(User.scim_id.in_(wanted))
    groups = scope.select(Group, Group.id, Group.id, Group.display_name).where(Group.id.in_(wanted))
    known = {row[0]: ("person", row[1], row[2]) for row in db.session.execute(people)} if wanted else {}
    known |= {row[0]: ("group", row[1], row[2]) for row in db.session.execute(groups)} if wanted else {}
    for _, what in described:
        found = known.get(what.scim_id)
        if found is not None:
            what.columns["target_kind"], what.columns["target_id"], what.columns["target_label"] = found


def _name_ended_tokens(scope, described):
    """A refused secret may be that of a token that ended or was revoked here; then the log says which."""
    hashes = {call.token_hash for call, _ in described if call.token_hash}
    if not hashes:
        return
    tokens = db.session.scalars(scope.select(ScimToken).where(ScimToken.token_hash.in_(hashes)))
    known = {token.token_hash: token for token in tokens}
    for call, what in described:
        token = known.get(call.token_hash)
        if token is not None:
            ended = token.revoked_at or (token.expires_at if token.state == "active" else None)
            cause = "draft_token" if token.state == "draft" else "ended_token"
            facts = {"label": token.label, "ended": ended.isoformat() if ended else None}
            what.columns |= {"token_id": token.id, "token_label": token.label, "provider": token.provider}
            what.columns |= {"cause": cause, "facts": what.columns["facts"] | facts}


def _add_skipped(scope, described):
    """Members that a push named and nobody answers to, as the unit of the call recorded them."""
    pushes = {call.request_id: what for call, what in described if what.columns["target_kind"] == "group"}
    targets = {what.columns["target_id"] for what in pushes.values()}
    if not targets:
        return
    query = scope.select(AuditEntry).where(
        AuditEntry.target_id.in_(targets), AuditEntry.event == MembersSkipped.name, AuditEntry.request_id.in_(pushes)
    )
    for entry in db.session.scalars(query):
        columns = pushes[entry.request_id].columns
        facts = {"ids": entry.changes[0]["after"]}
        columns["warnings"] = [*(columns["warnings"] or ()), {"cause": "skipped", "facts": facts}]
        if columns["result"] == "answered":
            columns["result"] = "warned"


def _count(session, account_id, described):
    """The hourly counts of the chart, written with the calls so that they always agree."""
    tally = Tally()
    for call, what in described:
        tally[call.at.replace(minute=0, second=0, microsecond=0), what.columns["result"]] += 1
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    for hour in sorted({hour for hour, _ in tally}):
        counts = {result: tally[hour, result] for result in ("answered", "warned", "failed")}
        statement = dialect.insert(ScimCallHour).values(account_id=account_id, hour=hour, **counts)
        added = {result: getattr(ScimCallHour, result) + statement.excluded[result] for result in counts}
        session.execute(statement.on_conflict_do_update(index_elements=["account_id", "hour"], set_=added))


def _delete_bodies(scope, oldest):
    gone = 0
    while True:
        query = scope.select(ScimCallBody, ScimCallBody.call_seq).join(
            ScimCall, (ScimCall.account_id == ScimCallBody.account_id) & (ScimCall.seq == ScimCallBody.call_seq)
        )
        seqs = db.session.scalars(query.where(ScimCall.at < oldest).limit(PRUNED)).all()
        db.session.commit()
        if not seqs:
            return gone
        with writing() as session:
            mine = (ScimCallBody.account_id == scope.account_id, ScimCallBody.call_seq.in_(seqs))
            gone += session.execute(delete(ScimCallBody).where(*mine)).rowcount


def _delete_calls(scope, oldest):
    gone = 0
    while True:
        seqs = db.session.scalars(scope.select(ScimCall, ScimCall.seq).where(ScimCall.at < oldest).limit(PRUNED)).all()
        db.session.commit()
        if not seqs:
            break
        with writing() as session:
            bodies = (ScimCallBody.account_id == scope.account_id, ScimCallBody.call_seq.in_(seqs))
            session.execute(delete(ScimCallBody).where(*bodies))
            mine = (ScimCall.account_id == scope.account_id, ScimCall.seq.in_(seqs))
            gone += session.execute(delete(ScimCall).where(*mine)).rowcount
    with writing() as session:
        hours = (ScimCallHour.account_id == scope.account_id, ScimCallHour.hour < oldest)
        gone += session.execute(delete(ScimCallHour).where(*hours)).rowcount
    return gone


def _cut(text):
    if text is None or len(text) <= LONGEST_BODY:
        return text
    return f"{text[:LONGEST_BODY]}\n… {len(text) - LONGEST_BODY} more characters"

"""Carries batches out: in slices, each item in a transaction of its own, in whichever process is free.

A lease keeps two workers from doing the same work. What keeps an item from being done twice is its row: it is locked, and
the change of the person is committed together with the item's outcome. So a process may die at any point: the lease ends,
another process takes over, and continues with the first item that still waits.
"""

import logging
import threading
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, or_, select, update

from ...database import db, writing
from ...database.repeats import insist
from ...database.statements import Prepared
from .. import clock
from ..availability import UNAVAILABLE
from ..errors import DirectoryError
from ..events import BatchFinished, Change
from ..model import Batch, BatchItem, User
from ..roles import permissions_of
from ..scope import person_scope, server_scope
from ..unit_of_work import unit_of_work
from ..words import packed
from . import batch_reasons, batch_registry
from .batch_registry import Done, Run

PREVIEW, RUNNING, FINISHED = "preview", "running", "done"  # states of a batch
WAITING, DONE, SKIPPED = "waiting", "done", "skipped"  # outcomes of an item
SLICE = 50  # items between two checks of the actor's permission
LEASE = timedelta(seconds=60)  # far longer than a slice takes
FAR = 2 * LEASE  # a lease that ends later was taken while a clock ran ahead, and counts as over
begun = threading.Event()  # signals a new batch to the worker of the same process
_log = logging.getLogger("scimapp.batches")
_DUE = select(Batch).where(
    Batch.state == RUNNING,
    or_(Batch.leased_until.is_(None), Batch.leased_until <= bindparam("now"), Batch.leased_until > bindparam("far")),
)
_DUE_NOW = Prepared(_DUE.with_only_columns(Batch.seq).limit(1))


class Lease(Struct, frozen=True):
    """The hold of one process on one batch, which ends at ``until``."""

    account_id: str
    seq: int
    until: datetime


def is_leased(batch, moment):
    """Whether a process has the lease of ``batch`` at ``moment``."""
    return batch.leased_until is not None and moment < batch.leased_until <= moment + FAR


def carry_out_next(seconds, is_stopping=lambda: False):
    """Work for ``seconds`` on the batch of any account that has waited longest; returns False if there is none."""
    leased = lease()
    if leased is not None:
        _work(leased, seconds, is_stopping)
    return leased is not None


def carry_out(scope, batch, seconds):
    """Work for ``seconds`` on one batch, as the person who began it, unless another process has its lease.

    ``batch`` is a row just made or read. A batch just made is leased for a moment by its ``leased_until``.
    """
    begun_here = Lease(scope.account_id, batch.seq, batch.leased_until) if batch.leased_until else None
    leased = (begun_here and _extended(begun_here, clock.now() + LEASE)) or lease(batch.seq)
    if leased is not None:
        _work(leased, seconds)


def lease(seq=None):
    """Lease a batch for ``LEASE``: the one with this ``seq``, or the one that has waited longest. None if there is none."""
    now = clock.now()
    moments = {"now": now, "far": now + FAR}
    if _DUE_NOW.first(**moments) is None:  # without work, no write lock is taken
        return None
    due = _DUE if seq is None else _DUE.where(Batch.seq == seq)
    due = due.order_by(Batch.leased_until.asc().nulls_first(), Batch.seq).limit(1)
    with writing():
        batch = db.session.scalars(due.with_for_update(skip_locked=True), moments).first()
        if batch is None:
            return None
        batch.leased_until = now + LEASE
    return Lease(batch.account_id, batch.seq, batch.leased_until)


def _work(leased, seconds, is_stopping=lambda: False):
    """Carry out slices until the batch is finished, the time is over or the lease is lost."""
    end = clock.now() + timedelta(seconds=seconds)
    while leased is not None:
        went_on = _slice(leased, lambda: clock.now() >= end or is_stopping())
        if not went_on or clock.now() >= end or is_stopping():
            _extended(leased, clock.now())  # release it, at the end of the queue
            return
        leased = _extended(leased, clock.now() + LEASE)


def _extended(leased, until):
    """The lease, extended to ``until``; None if it was lost meanwhile."""
    mine = (Batch.account_id == leased.account_id, Batch.seq == leased.seq, Batch.leased_until == leased.until)
    with writing() as session:
        moved = session.execute(update(Batch).where(*mine, Batch.state == RUNNING).values(leased_until=until))
    return replace(leased, until=until) if moved.rowcount else None


def _slice(leased, is_over):
    """Carry out the next items; False when none is left."""
    batch, scope = _as_begun(leased)
    action = batch_registry.find(batch.action)
    lines = _waiting(scope, batch)
    if not lines:
        _finish(scope, batch, action)
        return False
    if action is None or action.permission not in scope.permissions:
        skip_rest(scope, batch, batch_reasons.may_not_any_more(batch.created_by_label))
        return True
    try:
        run = Run(scope, batch.options, action.prepare(scope, batch.options))
    except DirectoryError as error:
        skip_rest(scope, batch, batch_reasons.of_error(error))
        return True
    for line in lines:  # at least one item per turn, however short the time
        insist(_one, run, action, batch, line)
        if is_over() or clock.now() >= leased.until:
            break
    return True


def _as_begun(leased):
    """``(batch, scope)``: the scope of the person who began it, with their current role and permissions."""
    reading = server_scope(leased.account_id)
    batch = reading.one(Batch, Batch.seq == leased.seq, kind="batch")
    if batch.created_by_id is None:
        return batch, replace(server_scope(leased.account_id, batch.created_by_label), batch_id=batch.id)
    person = reading.one(User, User.id == batch.created_by_id, kind="person")
    scope = person_scope(person, request_id=batch.request_id, address=batch.address, agent=batch.agent)
    permissions = permissions_of(person.role) if person.active else frozenset()
    return batch, replace(scope, batch_id=batch.id, permissions=permissions)


def _waiting(scope, batch):
    of_batch = scope.select(BatchItem, BatchItem.line).where(BatchItem.batch_seq == batch.seq)
    return db.session.scalars(of_batch.where(BatchItem.outcome == WAITING).order_by(BatchItem.line).limit(SLICE)).all()


def _one(run, action, batch, line):
    """Carry out one item: the change and the item's outcome are one transaction."""
    try:
        with unit_of_work(run.scope):
            item = _still_waiting(run.scope, batch, line)
            if item is None:
                return
            done = action.carry_out(run, item) or Done(item.content)
            item.outcome, item.content = DONE, done.content
            item.user_id, item.label = done.user_id or item.user_id, done.label or item.label
            _count(batch, done=1)
    except DirectoryError as error:
        _skip(run.scope, batch, line, batch_reasons.of_error(error))
    except UNAVAILABLE:
        raise  # the item waits for a better moment
    except Exception:  # one item must not block the others for good
        _log.exception("batch %s, line %s", batch.id, line)
        _skip(run.scope, batch, line, batch_reasons.UNEXPECTED)


def _still_waiting(scope, batch, line):
    query = scope.select(BatchItem).where(
        BatchItem.batch_seq == batch.seq, BatchItem.line == line, BatchItem.outcome == WAITING
    )
    return db.session.scalars(query.with_for_update()).first()


def _skip(scope, batch, line, reason):
    with unit_of_work(scope):
        if _settle(batch, reason, BatchItem.line == line):
            _count(batch, skipped=1)


def skip_rest(scope, batch, reason):
    """Skip all items that still wait, for one reason."""
    with unit_of_work(scope):
        _count(batch, skipped=_settle(batch, reason))


def _settle(batch, reason, *which):
    waiting = (BatchItem.account_id == batch.account_id, BatchItem.batch_seq == batch.seq, BatchItem.outcome == WAITING)
    skipped = update(BatchItem).where(*waiting, *which).values(outcome=SKIPPED, reason=packed(reason))
    return db.session.execute(skipped, execution_options={"synchronize_session": False}).rowcount


def _count(batch, done=0, skipped=0):
    counts = {"done": Batch.done + done, "skipped": Batch.skipped + skipped}
    this = update(Batch).where(Batch.account_id == batch.account_id, Batch.seq == batch.seq)
    db.session.execute(this.values(counts), execution_options={"synchronize_session": False})


def _finish(scope, batch, action):
    """Close a batch that has no waiting items, and record it once."""
    with unit_of_work(scope) as work:
        still_open = (Batch.account_id == batch.account_id, Batch.seq == batch.seq, Batch.state == RUNNING)
        closing = update(Batch).where(*still_open).values(state=FINISHED, finished_at=work.now, leased_until=None)
        counts = db.session.execute(closing.returning(Batch.done, Batch.skipped)).first()
        if counts is not None:
            label = action.label if action is not None else batch.action
            changes = (Change("done", None, counts.done), Change("left out", None, counts.skipped))
            work.record(BatchFinished(batch.id, label, changes))

"""Undoing a batch: once, within a day, for those it was done to, by a batch of its own."""

from datetime import timedelta

from sqlalchemy import literal

from ...database import db
from .. import clock
from ..calls import call_turns
from ..errors import Conflict
from ..model import Batch, BatchItem
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..words import say
from . import batch_registry, batch_rows
from .batch_runs import DONE, FINISHED, RUNNING, WAITING

UNDO_WITHIN = timedelta(hours=24)


def undone_by(scope, batch):
    """The batch that undid this one, or None."""
    return db.session.scalars(scope.select(Batch).where(Batch.undoes_id == batch.id)).first()


def may_undo(batch, now=None):
    """Whether a batch may still be undone: once, within a day, and only if its action can be undone at all."""
    action = batch_registry.find(batch.action)
    if action is None or action.undone_by is None or batch.undoes_id or batch.undone_at or not batch.done:
        return False
    return batch.state == FINISHED and (now or clock.now()) < batch.finished_at + UNDO_WITHIN


def undo(scope, batch_id):
    """Undo a batch for those it was done to, by a batch of its own, which is returned.

    Raises NotInAccount; Conflict if it is too late or was done before.
    """
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        call_turns.share(scope.account_id)
        batch = scope.one(Batch, Batch.id == batch_id, kind="batch", for_update=True)
        if not may_undo(batch, work.now):
            raise Conflict(say("This batch cannot be undone any more."))
        action_name = batch_registry.find(batch.action).undone_by
        action = batch_registry.get(scope, action_name)
        options = batch.options | {"with_managed": True}  # the batch reached them, so its undo does too
        action.prepare(scope, options)
        undoing = batch_rows.add(work, action_name, options, RUNNING)
        undoing.undoes_id, batch.undone_at = batch.id, work.now
        columns = (*batch_rows.of_batch(undoing), BatchItem.line, BatchItem.user_id, BatchItem.label, literal(WAITING))
        done = scope.select(BatchItem, *columns, BatchItem.content)
        done = done.where(BatchItem.batch_seq == batch.seq, BatchItem.outcome == DONE)
        undoing.total = batch_rows.insert_from(done, "user_id", "label", "outcome", "content")
        batch_rows.reserve(work, undoing)
    batch_rows.wake_worker(undoing)
    return undoing

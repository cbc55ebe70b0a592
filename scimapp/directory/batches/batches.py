"""Batches: one action on many people, or on the rows of a file, with the outcome for each.

This module begins, reads, stops and undoes them; ``batch_runs`` carries them out. A batch and its items are written in one
transaction, people by a single statement, so a batch of 100,000 begins at once.
"""

import secrets
from datetime import timedelta

from msgspec import Struct
from sqlalchemy import func, insert, literal, update

from ...database import db
from ...database.column_types import Identifier, Sequence
from .. import clock
from ..calls import call_turns
from ..chunks import in_chunks
from ..errors import Conflict, DirectoryError, InvalidValue
from ..model import Batch, BatchItem, User
from ..page import Page
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..user_list import search
from ..words import Grouped, say, unpacked
from . import batch_reasons, batch_registry, batch_runs
from .batch_runs import DONE, FINISHED, PREVIEW, RUNNING, SKIPPED, WAITING

AT_ONCE = 200  # items carried out while the browser waits
AT_ONCE_SECONDS = 20  # the longest that the browser waits; a worker does the rest
_HAND_OVER = timedelta(seconds=10)  # how long workers leave a short batch to the request that makes it
UNDO_WITHIN = timedelta(hours=24)
_CHUNK = 1_000  # rows of a file per statement


class NobodyChosen(DirectoryError):
    """A batch needs at least one person."""

    message = say("Choose at least one person.")


class SelectionChanged(DirectoryError):
    """The number of people has changed since somebody saw it. ``total`` is the current number."""

    def __init__(self, total):
        super().__init__(say("The number of people changed meanwhile: there are %(total)s now.", total=Grouped(total)))
        self.total = total


class ItemRow(Struct, frozen=True):
    """One line of a result: the item, the reason as a Sentence, and the person if there (still) is one."""

    item: BatchItem
    reason: str | None
    user: User | None


def begin(scope, action_name, options, selection, *, expected=None):
    """Begin an action on all people whom ``selection`` (a UserSearch) finds, and return the Batch.

    ``expected`` is the number of people that was agreed to. Raises NobodyChosen, SelectionChanged, and what the action
    raises if it cannot be done to anybody: InvalidValue, NotInAccount, NotAllowed.
    """
    action = _action(scope, action_name)
    with unit_of_work(scope) as work:
        call_turns.share(scope.account_id)  # names and what is stored with them are copied below
        action.prepare(scope, options)
        batch = _add(work, action_name, options, RUNNING)
        conditions = search.conditions_of(scope, selection)
        place = func.row_number().over(order_by=search.by_name(selection))
        columns = (*_of_batch(batch), place, User.id, User.display_name, literal(WAITING))
        people = scope.select(User, *columns).where(*conditions)
        batch.total = _insert_from(people, "user_id", "label", "outcome")
        if not batch.total:
            raise NobodyChosen()
        if expected is not None and batch.total != expected:
            raise SelectionChanged(batch.total)
        _reserve(work, batch)
    ring(batch)
    return batch


def add_rows(scope, action_name, options, rows):
    """Make a preview of the rows of a file: ``rows`` are dicts of line, user_id, label, outcome, reason (packed) and content.

    Nothing is done before ``start``.
    """
    _action(scope, action_name)
    empty = {"user_id": None, "reason": None, "content": None}
    with unit_of_work(scope) as work:
        batch = _add(work, action_name, options, PREVIEW)
        rows = [empty | row | {"account_id": scope.account_id, "batch_seq": batch.seq} for row in rows]
        for chunk in in_chunks(rows, _CHUNK):
            db.session.execute(insert(BatchItem), chunk)
        batch.total = len(rows)
        _recount(work, batch)
    return batch


def start(scope, batch_id, *, outcomes, options=None):
    """Start a previewed batch: rows with one of ``outcomes`` now wait, others are skipped with their reason.

    ``options`` replace those of the preview. Call ``ring`` after the commit. Raises NotInAccount; Conflict if it was
    started before.
    """
    with unit_of_work(scope) as work:
        batch = scope.one(Batch, Batch.id == batch_id, kind="batch", for_update=True)
        _action(scope, batch.action)
        if batch.state != PREVIEW:
            raise Conflict(say("This batch was started before."))
        mine = update(BatchItem).where(
            BatchItem.account_id == scope.account_id, BatchItem.batch_seq == batch.seq, BatchItem.outcome != SKIPPED
        )
        quietly = {"synchronize_session": False}
        db.session.execute(
            mine.where(BatchItem.outcome.not_in(outcomes)).values(outcome=SKIPPED), execution_options=quietly
        )
        db.session.execute(
            mine.where(BatchItem.outcome.in_(outcomes)).values(outcome=WAITING), execution_options=quietly
        )
        batch.state, batch.options = RUNNING, batch.options if options is None else options
        for name, value in _asked_for(work).items():
            setattr(batch, name, value)
        _recount(work, batch)
        _reserve(work, batch)
    return batch


def finish_small(scope, batch):
    """Carry out a batch that is short enough to wait for; returns whether it is finished now."""
    if batch.total <= AT_ONCE:
        batch_runs.carry_out(scope, batch, AT_ONCE_SECONDS)
    return get(scope, batch.id).state == FINISHED


def get(scope, batch_id):
    """One batch. Raises NotInAccount."""
    scope.require(Permission.MANAGE_USERS)
    return scope.one(Batch, Batch.id == batch_id, kind="batch")


def find(scope, page=1, per_page=25):
    """A Page of the account's batches, newest first; previews are only shown to their maker."""
    scope.require(Permission.MANAGE_USERS)
    query = scope.select(Batch).where(Batch.state != PREVIEW)
    return Page.of(query, query.with_only_columns(func.count()), [Batch.seq.desc()], page, per_page)


def find_items(scope, batch, outcome, page=1, per_page=25):
    """A Page of ItemRows with one outcome, in their order. Three statements."""
    query = scope.select(BatchItem).where(BatchItem.batch_seq == batch.seq, BatchItem.outcome == outcome)
    found = Page.of(query, query.with_only_columns(func.count()), [BatchItem.line], page, per_page)
    ids = [item.user_id for item in found.items if item.user_id]
    people = {user.id: user for user in db.session.scalars(scope.select(User).where(User.id.in_(ids)))} if ids else {}
    rows = [ItemRow(item, unpacked(item.reason), people.get(item.user_id)) for item in found.items]
    return Page(rows, found.total, found.page, found.per_page)


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
        action = _action(scope, action_name)
        options = batch.options | {"with_managed": True}  # the batch reached them, so its undo does too
        action.prepare(scope, options)
        undoing = _add(work, action_name, options, RUNNING)
        undoing.undoes_id, batch.undone_at = batch.id, work.now
        columns = (*_of_batch(undoing), BatchItem.line, BatchItem.user_id, BatchItem.label, literal(WAITING))
        done = scope.select(BatchItem, *columns, BatchItem.content)
        done = done.where(BatchItem.batch_seq == batch.seq, BatchItem.outcome == DONE)
        undoing.total = _insert_from(done, "user_id", "label", "outcome", "content")
        _reserve(work, undoing)
    ring(undoing)
    return undoing


def stop(scope, batch_id):
    """Stop a running batch: finished items stay, the rest is skipped. Raises NotInAccount."""
    batch = get(scope, batch_id)
    if batch.state == RUNNING:
        batch_runs.skip_rest(scope, batch, batch_reasons.stopped_by(scope.actor.label))
        batch_runs.carry_out(scope, batch, 0)
    return batch


def _action(scope, name):
    action = batch_registry.find(name)
    if action is None:
        raise InvalidValue("action", say("choose what to do."))
    scope.require(action.permission)
    return action


def _add(work, action_name, options, state):
    scope = work.scope
    batch = Batch(
        account_id=scope.account_id,
        id=f"b-{secrets.token_hex(4)}",
        action=action_name,
        options=options,
        state=state,
        total=0,
        done=0,
        skipped=0,
        **_asked_for(work),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def _asked_for(work):
    """The columns that say who asked for a batch, when and from where."""
    scope = work.scope
    return {
        "created_at": work.now,
        "created_by_id": scope.actor.id,
        "created_by_label": scope.actor.label,
        "request_id": scope.request_id,
        "address": scope.address,
        "agent": scope.agent and scope.agent[:200],
    }


def _reserve(work, batch):
    """Leave a short batch to the request that begins it; if that fails, a worker takes over a moment later."""
    if batch.state == RUNNING and batch.total <= AT_ONCE:
        batch.leased_until = work.now + _HAND_OVER


def ring(batch):
    """Wake the worker of this process for a long batch."""
    if batch.state == RUNNING and batch.leased_until is None:
        batch_runs.begun.set()


def _of_batch(batch):
    """The columns that all items of a batch share, as values of a select."""
    return literal(batch.account_id, Identifier), literal(batch.seq, Sequence)


def _insert_from(query, *columns):
    """Insert items from a select of account, batch, line and ``columns``; returns how many."""
    into = insert(BatchItem).from_select(["account_id", "batch_seq", "line", *columns], query, include_defaults=False)
    return db.session.execute(into, execution_options={"preserve_rowcount": True}).rowcount


def _recount(work, batch):
    """Update the counts of a batch from its items."""
    query = work.scope.select(BatchItem, BatchItem.outcome, func.count()).where(BatchItem.batch_seq == batch.seq)
    counts = dict(db.session.execute(query.group_by(BatchItem.outcome)).tuples().all())
    batch.done, batch.skipped = counts.get(DONE, 0), counts.get(SKIPPED, 0)

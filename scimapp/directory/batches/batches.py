"""Batches: one action on many people, or on the rows of a file, with the outcome for each.

This module begins, reads and stops them; ``batch_runs`` carries them out and ``batch_undo`` undoes them. A batch and its
items are written in one transaction, people by a single statement, so a batch of 100,000 begins at once.
"""

from msgspec import Struct
from sqlalchemy import func, insert, literal, update

from ...database import db
from ..calls import call_turns
from ..errors import Conflict, DirectoryError
from ..model import Batch, BatchItem, User
from ..page import Page
from ..roles import Permission
from ..sql.chunks import in_chunks
from ..unit_of_work import unit_of_work
from ..user_list import search
from ..words import Grouped, say, unpacked
from . import batch_reasons, batch_registry, batch_rows, batch_runs
from .batch_runs import DONE, FINISHED, PREVIEW, RUNNING, SKIPPED, WAITING

AT_ONCE_SECONDS = 20  # the longest that the browser waits; a worker does the rest
_CHUNK = 1_000  # rows of a file per statement


class NobodyChosen(DirectoryError):
    """A batch needs at least one person."""

    message = say("Choose at least one person.")


class SelectionChanged(DirectoryError):
    """Other people are found than somebody agreed to. ``total`` is the current number."""

    def __init__(self, total, is_another_number):
        message = say("Other people match now than when you were asked. Look at them again.")
        if is_another_number:
            message = say("The number of people changed meanwhile: there are %(total)s now.", total=Grouped(total))
        super().__init__(message)
        self.total = total


class ItemRow(Struct, frozen=True):
    """One line of a result: the item, the reason as a Sentence, and the person if there (still) is one."""

    item: BatchItem
    reason: str | None
    user: User | None


def begin(scope, action_name, options, selection, *, expected=None):
    """Begin an action on all people whom ``selection`` (a UserSearch) finds, and return the Batch.

    ``expected`` is the mark of the people that was agreed to, of their Forecast. Raises NobodyChosen, SelectionChanged, and what the action
    raises if it cannot be done to anybody: InvalidValue, NotInAccount, NotAllowed.
    """
    action = batch_registry.get(scope, action_name)
    with unit_of_work(scope) as work:
        call_turns.share(scope.account_id)  # names and what is stored with them are copied below
        action.prepare(scope, options)
        batch = batch_rows.add(work, action_name, options, RUNNING)
        conditions = search.conditions_of(scope, selection)
        place = func.row_number().over(order_by=search.by_name(selection))
        columns = (*batch_rows.of_batch(batch), place, User.id, User.display_name, literal(WAITING))
        people = scope.select(User, *columns).where(*conditions)
        batch.total = batch_rows.insert_from(people, "user_id", "label", "outcome")
        if not batch.total:
            raise NobodyChosen()
        if expected is not None and batch_rows.mark_of_items(work, batch) != expected:
            raise SelectionChanged(batch.total, is_another_number=not expected.startswith(f"{batch.total}-"))
        batch_rows.reserve(work, batch)
    batch_rows.wake_worker(batch)
    return batch


def add_rows(scope, action_name, options, rows):
    """Make a preview of the rows of a file: ``rows`` are dicts of line, user_id, label, outcome, reason (packed) and content.

    Nothing is done before ``start``.
    """
    batch_registry.get(scope, action_name)
    empty = {"user_id": None, "reason": None, "content": None}
    with unit_of_work(scope) as work:
        batch = batch_rows.add(work, action_name, options, PREVIEW)
        rows = [empty | row | {"account_id": scope.account_id, "batch_seq": batch.seq} for row in rows]
        for chunk in in_chunks(rows, _CHUNK):
            db.session.execute(insert(BatchItem), chunk)
        batch.total = len(rows)
        batch_rows.recount(work, batch)
    return batch


def start(scope, batch_id, *, outcomes, options=None):
    """Start a previewed batch: rows with one of ``outcomes`` now wait, others are skipped with their reason.

    ``options`` replace those of the preview. Call ``batch_rows.wake_worker`` after the commit. Raises NotInAccount;
    Conflict if it was started before.
    """
    with unit_of_work(scope) as work:
        batch = scope.one(Batch, Batch.id == batch_id, kind="batch", for_update=True)
        batch_registry.get(scope, batch.action)
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
        for name, value in batch_rows.asked_for(work).items():
            setattr(batch, name, value)
        batch_rows.recount(work, batch)
        batch_rows.reserve(work, batch)
    return batch


def finish_small(scope, batch):
    """Carry out a batch that is short enough to wait for; returns whether it is finished now."""
    if batch.total <= batch_rows.AT_ONCE:
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
    """A Page of ItemRows with one outcome, in their order. Three statements; two of a finished batch, which has the counts."""
    query = scope.select(BatchItem).where(BatchItem.batch_seq == batch.seq, BatchItem.outcome == outcome)
    kept = {DONE: batch.done, SKIPPED: batch.skipped} if batch.state == FINISHED else {}
    counted = kept.get(outcome, query.with_only_columns(func.count()))
    found = Page.of(query, counted, [BatchItem.line], page, per_page)
    ids = [item.user_id for item in found.items if item.user_id]
    people = {user.id: user for user in db.session.scalars(scope.select(User).where(User.id.in_(ids)))} if ids else {}
    rows = [ItemRow(item, unpacked(item.reason), people.get(item.user_id)) for item in found.items]
    return Page(rows, found.total, found.page, found.per_page)


def stop(scope, batch_id):
    """Stop a running batch: finished items stay, the rest is skipped. Raises NotInAccount."""
    batch = get(scope, batch_id)
    if batch.state == RUNNING:
        batch_runs.skip_rest(scope, batch, batch_reasons.stopped_by(scope.actor.label))
        batch_runs.carry_out(scope, batch, 0)
    return batch

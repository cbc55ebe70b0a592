"""The rows of a batch and of its items, as they are written when one begins or is undone."""

import secrets
from datetime import timedelta

from sqlalchemy import func, insert, literal

from ...database import db
from ...database.column_types import Identifier, Sequence
from ..model import Batch, BatchItem, User
from . import batch_runs
from .batch_runs import DONE, RUNNING, SKIPPED

AT_ONCE = 200  # items carried out while the browser waits
_PRIMES = (2_147_483_647, 2_147_483_629)  # the two largest below 2³¹
_FACTOR = 742_938_285  # scatters well modulo the first (Fishman and Moore, 1986)
_HAND_OVER = timedelta(seconds=10)  # how long workers leave a short batch to the request that makes it


def add(work, action_name, options, state):
    """Add a batch without items, and return it."""
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
        **asked_for(work),
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def asked_for(work):
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


def reserve(work, batch):
    """Leave a short batch to the request that begins it; if that fails, a worker takes over a moment later."""
    if batch.state == RUNNING and batch.total <= AT_ONCE:
        batch.leased_until = work.now + _HAND_OVER


def wake_worker(batch):
    """Wake the worker of this process for a long batch."""
    if batch.state == RUNNING and batch.leased_until is None:
        batch_runs.begun.set()


def of_batch(batch):
    """The columns that all items of a batch share, as values of a select."""
    return literal(batch.account_id, Identifier), literal(batch.seq, Sequence)


def insert_from(query, *columns):
    """Insert items from a select of account, batch, line and ``columns``; returns how many."""
    into = insert(BatchItem).from_select(["account_id", "batch_seq", "line", *columns], query, include_defaults=False)
    return db.session.execute(into, execution_options={"preserve_rowcount": True}).rowcount


def scattered(seq):
    """An expression that makes of a person's number another one below 2³¹ that says nothing of the first. Sums of such numbers tell
    people apart as a digest does, but for a chance of about one in two thousand million; of plain ones, 2 and 3 would be 1 and 4.

    It is a cube with two primes, since sums of squares, or of cubes with one, are often the same. Products stay below 2⁶³.
    """
    mixed = seq % _PRIMES[0] * _FACTOR % _PRIMES[0]
    return mixed * mixed % _PRIMES[1] * mixed % _PRIMES[0]


def mark(total, scattered_seqs):
    """What tells people who were chosen from others, from their number and the sum of their ``scattered`` seqs."""
    return f"{total}-{int(scattered_seqs or 0)}"


def mark_of_items(work, batch):
    """The mark of the people whom the items of a batch name."""
    named = work.scope.select(BatchItem, BatchItem.user_id).where(BatchItem.batch_seq == batch.seq)
    query = work.scope.select(User, func.count(), func.sum(scattered(User.seq))).where(User.id.in_(named))
    return mark(*db.session.execute(query).one())


def recount(work, batch):
    """Update the counts of a batch from its items."""
    query = work.scope.select(BatchItem, BatchItem.outcome, func.count()).where(BatchItem.batch_seq == batch.seq)
    counts = dict(db.session.execute(query.group_by(BatchItem.outcome)).tuples().all())
    batch.done, batch.skipped = counts.get(DONE, 0), counts.get(SKIPPED, 0)

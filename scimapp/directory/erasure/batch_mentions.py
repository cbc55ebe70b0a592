"""Finds where batches mention a person who is about to be erased, in what they store about others: a manager that an undo
would restore, cells of a file, the holder of an address that a row could not have.

Items are read before anybody has to wait, as in ``mentions``, and again if their batch has made progress since.
"""

from typing import NamedTuple

import orjson
from sqlalchemy import Text, and_, cast, func, or_

from ...database import db
from ..model import Batch, BatchItem
from ..sql.chunks import in_chunks
from ..sql.texts import contains
from ..text_keys import fold_email
from .spellings import lowered, spellings

CHUNK = 500  # items read at once


class Items(NamedTuple):
    """The batches looked through, each with its progress, and the items found, as pairs of batch number and line."""

    states: frozenset = frozenset()
    found: tuple = ()


def look(scope, row, addresses):
    """The Items of all batches."""
    return complete(scope, row, addresses, Items())


def complete(scope, row, addresses, looked):
    """The Items of all batches.

    ``looked`` are the Items found earlier; their batches are read again only if they changed.
    """
    how_far = (Batch.seq, Batch.state, Batch.total, Batch.done, Batch.skipped, cast(Batch.options, Text))
    states = {tuple(state) for state in db.session.execute(scope.select(Batch, *how_far))}
    rest = sorted(state[0] for state in states - looked.states)
    return Items(frozenset(states), (*looked.found, *_found(scope, row, addresses, rest)))


def rename(scope, items, addresses, name, called, label):
    """Replace the person's names in the items and in the options of batches. In contents and options, ``addresses`` become
    ``name`` and ``called`` becomes ``label``; in reasons and labels, all of them become ``label``.
    """
    in_contents = {fold_email(called): label} | {fold_email(text): name for text in addresses}
    in_reasons = dict.fromkeys(in_contents, label)
    for batch_seq, *_, options in sorted(items.states):  # a file may begin with a person where headings should be
        if _renamed(_read(options), in_contents) != _read(options):
            batch = scope.one(Batch, Batch.seq == batch_seq, kind="batch", for_update=True)
            batch.options = _renamed(batch.options, in_contents)
    by_batch = {}
    for batch_seq, line in items.found:
        by_batch.setdefault(batch_seq, []).append(line)
    for batch_seq, lines in sorted(by_batch.items()):
        for chunk in in_chunks(lines, CHUNK):
            mine = (BatchItem.batch_seq == batch_seq, BatchItem.line.in_(chunk))
            query = scope.select(BatchItem).where(*mine).order_by(BatchItem.line).with_for_update()
            for item in db.session.scalars(query, execution_options={"populate_existing": True}):
                item.content = _renamed(item.content, in_contents)
                item.reason, item.label = _renamed(item.reason, in_reasons), _renamed(item.label, in_reasons)
    db.session.flush()


def _found(scope, row, addresses, batch_seqs):
    condition = _condition(row, addresses)
    for batch_seq in batch_seqs:
        of_batch = scope.select(BatchItem, BatchItem.line).where(BatchItem.batch_seq == batch_seq, condition)
        yield from ((batch_seq, line) for line in sorted(db.session.scalars(of_batch)))


def _condition(row, addresses):
    told = func.lower(func.coalesce(cast(BatchItem.content, Text), "").concat(func.coalesce(BatchItem.reason, "")))
    forms = lowered(spellings((), addresses))
    forms |= lowered({orjson.dumps(row.display_name).decode()})  # in quotes: only as a whole value
    is_called = and_(BatchItem.user_id.is_(None), BatchItem.label.in_({row.display_name, *addresses}))
    others = func.coalesce(BatchItem.user_id, "") != row.id
    return and_(others, or_(is_called, *(contains(told, form) for form in forms)))


def _renamed(value, names):
    """A JSON value with the texts in ``names`` replaced, also inside a text that is itself JSON (``words.packed``)."""
    if isinstance(value, str):
        inner = _read(value) if value.startswith("[") else None
        return names.get(fold_email(value), value) if inner is None else orjson.dumps(_renamed(inner, names)).decode()
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def _read(text):
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None

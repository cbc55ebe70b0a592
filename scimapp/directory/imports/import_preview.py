"""The preview of a CSV import: the rows of a file with their plans, kept for the person who made it and nobody else.

It is a batch in the state ``preview`` whose items hold the cells and the plan of each row. No person is changed before
``import_start.begin``; ``import_retention`` deletes abandoned previews.
"""

from msgspec import Struct
from sqlalchemy import delete, func, insert

from ...database import db, start_over
from .. import clock
from ..batches import batches
from ..calls import call_turns
from ..errors import InvalidValue, NotInAccount
from ..groups import role_rules
from ..model import Account, Batch, BatchItem
from ..page import Page
from ..roles import Permission
from ..unit_of_work import unit_of_work
from ..words import packed, say, unpacked
from . import import_columns, import_managers, import_retention, import_rows
from .import_people import look_up
from .import_plans import ACTION, ERROR, OUTCOMES, without_row
from .import_values import Frame

SAMPLES = 3  # values of a column that help to choose what it sets
_CHUNK = 500  # rows looked up together
_TIMES = 3  # attempts to plan rows without blocking erasures; after these, erasures wait
_ERASED = {"cells": [], "problem": packed(say("This person was erased."))}  # the cells go with the person


class PreviewRow(Struct, frozen=True):
    """A row as it is shown. ``changes`` are ``(label, before, after)``; texts of ours are Sentences.

    ``reason`` does not repeat the number of the row.
    """

    line: int
    label: str
    email: str
    outcome: str
    user_id: str | None
    changes: list
    notes: list
    reason: str | None


def start(scope, file_name, table, match, vocabulary=()):
    """Store the rows of a ``csv_table.Table`` with guessed columns, and return the Batch; ``check`` then makes the plans.

    Abandoned previews are deleted as well. Raises InvalidValue.
    """
    scope.require(Permission.MANAGE_USERS)
    if match not in import_columns.MATCHED_BY:
        raise InvalidValue("match", say("Choose from the list."))
    import_retention.prune()
    known = import_columns.targets(scope)
    columns = import_columns.guess(known, table.headings, vocabulary)
    options = {"file": file_name[:200], "match": match, "headings": list(table.headings), "columns": columns}
    options |= {"checked_at": None, "fields_version": None}
    rows = [
        {
            "line": row.line,
            "label": "",
            "outcome": batches.WAITING,
            "content": {"cells": row.cells, "problem": packed(row.problem) if row.problem else None},
        }
        for row in table.rows
    ]
    return batches.add_rows(scope, ACTION, options, rows)


def get(scope, batch_id):
    """The Batch of a preview, for its maker only. Raises NotInAccount."""
    scope.require(Permission.MANAGE_USERS)
    batch = scope.one(Batch, Batch.id == batch_id, Batch.action == ACTION, kind="import")
    if batch.created_by_id != scope.actor.id:
        raise NotInAccount("import")
    return batch


def check(scope, batch_id, columns=None, vocabulary=()):
    """Plan all rows again, with other ``columns`` if given, and return the Batch.

    A few statements per 500 rows. Raises NotInAccount; InvalidValue for invalid columns.
    """
    for _ in range(_TIMES):
        batch = _checked(scope, batch_id, columns, vocabulary)
        if batch is not None:
            return batch
    with unit_of_work(scope):  # holds the erasure lock: the next erasure waits
        call_turns.share(scope.account_id)
        return _checked(scope, batch_id, columns, vocabulary)


def _checked(scope, batch_id, columns, vocabulary):
    """As ``check``; None, and nothing is written, if somebody was erased since the rows, which may name them, were read."""
    batch, erased = get(scope, batch_id), call_turns.seen(scope)
    options = dict(batch.options)
    known = import_columns.targets(scope)
    keys = import_columns.checked(known, options["headings"], columns or options["columns"], options["match"])
    ruled = role_rules.ruled_groups(scope)
    frame = Frame(scope, options["match"], known, ruled, dict(vocabulary))
    options |= {
        "columns": keys,
        "checked_at": clock.now().isoformat(),
        "fields_version": db.session.get(Account, scope.account_id).fields_version,
    }
    items = list(chunks(scope, batch))
    frame.coming = import_managers.coming((item.line, _values(item, keys)) for part in items for item in part)
    planned = [_planned(frame, part, keys) for part in items]
    import_managers.settle([row for part in planned for row in part], known["manager"].label)
    with unit_of_work(scope) as work:
        if call_turns.last_erasure(scope.account_id) != erased:
            return None
        batch = _locked(work, batch_id)
        mine = (BatchItem.account_id == scope.account_id, BatchItem.batch_seq == batch.seq)
        db.session.execute(delete(BatchItem).where(*mine))
        for rows in planned:
            common = {"account_id": scope.account_id, "batch_seq": batch.seq}
            db.session.execute(insert(BatchItem), [row | common for row in rows])
        batch.options = options
    return batch


def counts(scope, batch):
    """``{outcome: number of rows}`` of a preview, for all outcomes. One statement."""
    query = scope.select(BatchItem, BatchItem.outcome, func.count()).where(BatchItem.batch_seq == batch.seq)
    return dict.fromkeys(OUTCOMES, 0) | dict(db.session.execute(query.group_by(BatchItem.outcome)).tuples().all())


def find_rows(scope, batch, outcomes=None, page=1, per_page=50):
    """A Page of PreviewRow in the order of the file, with one of ``outcomes`` or all. Two statements."""
    query = scope.select(BatchItem).where(BatchItem.batch_seq == batch.seq)
    if outcomes is not None:
        query = query.where(BatchItem.outcome.in_(outcomes))
    found = Page.of(query, query.with_only_columns(func.count()), [BatchItem.line], page, per_page)
    return Page([_row(batch, item) for item in found.items], found.total, found.page, found.per_page)


def samples(scope, batch):
    """For each column, its first values, at most SAMPLES."""
    rows = db.session.scalars(scope.select(BatchItem).where(BatchItem.batch_seq == batch.seq).limit(50))
    cells = [item.content["cells"] for item in rows if item.content and not item.content["problem"]]
    width = len(batch.options["headings"])
    return [list(dict.fromkeys(row[place] for row in cells if row[place].strip()))[:SAMPLES] for place in range(width)]


def rows_with_errors(scope, batch):
    """Yield ``(reason, cells)`` for rows that have errors or could not be imported."""
    width = len(batch.options["headings"])
    for items in chunks(scope, batch, (ERROR, batches.SKIPPED)):
        start_over()  # no transaction waits for a slow reader
        for item in items:
            if item.content is not None and item.content["write"] != {}:  # rows without changes are skipped too
                cells = [*item.content["cells"], *[""] * width]
                yield unpacked(item.reason), cells[:width]


def _locked(work, batch_id):
    batch = work.scope.one(Batch, Batch.id == batch_id, kind="import", for_update=True)
    if batch.state != batches.PREVIEW:
        raise InvalidValue("columns", say("This file was imported already."))
    return batch


def chunks(scope, batch, outcomes=None):
    """The items of a batch in their order, as lists."""
    query = scope.select(BatchItem).where(BatchItem.batch_seq == batch.seq)
    if outcomes is not None:
        query = query.where(BatchItem.outcome.in_(outcomes))
    last = 0
    while rows := db.session.scalars(query.where(BatchItem.line > last).order_by(BatchItem.line).limit(_CHUNK)).all():
        yield rows
        last = rows[-1].line


def _planned(frame, items, keys):
    """The items of a chunk as rows to insert, each with its plan."""
    values = [_values(item, keys) for item in items]
    here = look_up(frame.scope, values, frame.people_fields)
    rows = []
    for item, of_row in zip(items, values, strict=True):
        kept = {"cells": item.content["cells"], "problem": item.content["problem"]} if item.content else _ERASED
        made = import_rows.plan(frame, here, item.line, of_row, unpacked(kept["problem"]))
        reason = made.reason(item.line)
        rows.append(
            {
                "line": item.line,
                "user_id": made.user_id,
                "label": made.label[:200],
                "outcome": made.outcome,
                "reason": reason and packed(reason),
                "content": kept | made.content(),
            }
        )
    return rows


def _values(item, keys):
    """``{key: text}`` of the cells whose columns set something."""
    if item.content is None or item.content["problem"]:
        return {}
    cells = zip(keys, item.content["cells"], strict=False)
    return {key: cell.strip() for key, cell in cells if key != import_columns.LEFT_OUT and cell.strip()}


def _row(batch, item):
    content = item.content or {}
    place = batch.options["columns"].index("email") if "email" in batch.options["columns"] else None
    cells = content.get("cells") or []
    email = cells[place].strip() if place is not None and place < len(cells) else ""
    return PreviewRow(
        item.line,
        item.label,
        email,
        item.outcome,
        item.user_id,
        [[unpacked(text) for text in change] for change in content.get("changes", ())],
        [unpacked(note) for note in content.get("notes", ())],
        without_row(unpacked(item.reason)),
    )

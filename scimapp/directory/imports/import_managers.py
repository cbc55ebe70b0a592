"""Managers who are new in the same file: the first import of a company names most of them so.

A row whose manager has an error cannot be imported either, and rows that name each other in a circle cannot at all. When
the rows are carried out, a manager who stands further down comes first, in the transaction of the row that needs one.
"""

from sqlalchemy import update

from ...database import db
from ..batches.batch_registry import Skipped
from ..batches.batch_runs import DONE, WAITING
from ..model import Batch, BatchItem, User
from ..text_keys import fold_email
from ..words import packed, say
from .import_plans import ERROR, MANAGER_ROW, told

DEEPEST = 60  # rows that wait for each other; no company has so many levels


def coming(rows):
    """``{folded e-mail address: line}`` of ``(line, values)``: whom the file brings or names."""
    found = {}
    for line, values in rows:
        if values.get("email"):
            found.setdefault(fold_email(values["email"]), line)
    return found


def settle(rows, label):
    """Turn planned rows (as ``import_preview`` inserts them) whose manager cannot come into errors, in place.

    ``label`` is that of the column.
    """
    by_line = {row["line"]: row for row in rows}
    waiting = [row for row in rows if _manager_row(row) is not None]
    for row in [row for row in waiting if _never_ends(row, by_line)]:
        _refuse(row, label, say("this row and others name each other as managers in a circle."))
    refused = True
    while refused:
        refused = False
        for row in waiting:
            manager = by_line.get(_manager_row(row))
            if manager is not None and manager["outcome"] == ERROR:
                _refuse(row, label, say("the manager's own row %(row)s has an error.", row=manager["line"]))
                refused = True


def manager_of(action, run, item, depth=0):
    """The stored value for the manager of an item that names one by row; brings the manager first where need be."""
    row = item.content["write"].get(MANAGER_ROW)
    if row is None:
        return None
    query = run.scope.select(BatchItem).where(BatchItem.batch_seq == item.batch_seq, BatchItem.line == row)
    manager = db.session.scalars(query.with_for_update()).one()
    if manager.outcome == WAITING and depth < DEEPEST:
        done = action.carry_out(run, manager, depth + 1)
        manager.outcome, manager.content = DONE, done.content
        manager.user_id, manager.label = done.user_id, done.label
        counted = update(Batch).where(Batch.account_id == item.account_id, Batch.seq == item.batch_seq)
        db.session.execute(counted.values(done=Batch.done + 1), execution_options={"synchronize_session": False})
    if manager.outcome != DONE:
        raise Skipped(say("The manager in row %(row)s was not imported.", row=row))
    person = run.scope.one(User, User.id == manager.user_id, kind="person")
    return {"value": person.scim_id or person.id}


def _manager_row(row):
    write = row["content"]["write"]
    return write.get(MANAGER_ROW) if write else None


def _never_ends(row, by_line):
    step, steps = row, 0
    while step is not None and steps <= DEEPEST:
        step, steps = by_line.get(_manager_row(step)), steps + 1
    return step is not None


def _refuse(row, label, sentence):
    row["outcome"], row["reason"] = ERROR, packed(told(row["line"], label, sentence))
    row["content"] |= {"write": None, "changes": [], "notes": []}

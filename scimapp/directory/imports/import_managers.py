"""Managers who are new in the same file, as most are in a company's first import.

If a manager's row has an error, the rows that name the manager cannot be imported either, nor can rows that
name each other in a circle. When rows are carried out, a manager from a later row is added first, in the
transaction of the row that names them.
"""

from sqlalchemy import update

from ...database import db
from ..batches.batch_registry import Skipped
from ..batches.batch_runs import DONE, WAITING
from ..model import Batch, BatchItem, User
from ..text_keys import fold_email
from ..words import packed, say
from .import_plans import ERROR, MANAGER_ROW, told

DEEPEST = 60  # rows in a chain of managers; no company has so many levels


def coming(rows):
    """``{folded e-mail address: line}`` of ``(line, values)``: the first row of each e-mail address."""
    found = {}
    for line, values in rows:
        if values.get("email"):
            found.setdefault(fold_email(values["email"]), line)
    return found


def settle(rows, label):
    """Turn planned rows (as ``import_preview`` inserts them) into errors, in place, if their manager cannot be added.

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
    """The stored value for the manager that an item names by row; adds the manager first if necessary."""
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

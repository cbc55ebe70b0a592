"""People as a file: all people that a search finds, in its order, read in slices so that their number does not matter.

The people are fixed at the start (a number for each), so nobody is missed or doubled while the file is written.
"""

from ...database import db, start_over
from ..events import Change, UsersExported
from ..model import Account
from ..roles import Permission
from ..sql.chunks import in_chunks
from ..unit_of_work import unit_of_work
from . import search

SLICE = 500  # people read at a time


def begin(scope, wanted, file_format, columns, rows_a_slice=SLICE):
    """Record that people leave as a file, and return ``(how many, an iterator over lists of UserRow)``.

    The record names the format, the columns and what narrowed the list, but no words or values that somebody looked
    for: they may be a person's, and the record outlives the person.
    """
    scope.require(Permission.MANAGE_USERS)
    seqs = search.all_seqs(scope, wanted)
    changes = {
        "people": len(seqs),
        "format": file_format,
        "columns": list(columns),
        "filters": _narrowed_by(wanted),
    }
    with unit_of_work(scope) as work:
        account = db.session.get(Account, scope.account_id)
        facts = tuple(Change(name, None, value) for name, value in changes.items() if value)
        work.record(UsersExported(account.id, account.name, facts))
    return len(seqs), _slices(scope, seqs, rows_a_slice)


def let_go():
    """Release what was read with a slice, before the slice is sent."""
    start_over()


def _slices(scope, seqs, size):
    for chunk in in_chunks(seqs, size):
        rows = search.rows(scope, chunk)
        let_go()  # no transaction waits for a slow reader
        yield rows


def _narrowed_by(wanted):
    named = {"state": wanted.state, "role": wanted.role, "source": wanted.connection}
    found = [f"{name} {value}" for name, value in named.items() if value]
    found += ["group"] if wanted.group is not None else []
    found += [f"{condition.attribute.key} {condition.operator}" for condition in wanted.conditions]
    return found + (["search"] if wanted.q.strip() else [])

"""What others brought back of a person while the person was erased (decision 0112).

On Postgres a transaction that is open meanwhile has named the person, and nobody sees it before it is committed: the erasure could
not find it. So what names who was erased is looked for once more, when all that were open then have ended. That is a few searches in
indexes and the newest records; nobody who writes does anything for it. Whoever changes groups of the person waits for the erasure anyway.
"""

from ...database import db, open_transactions
from ...database.repeats import insist
from ..model import User
from ..unit_of_work import unit_of_work
from . import mentions, references
from .named_people import named_by

SECONDS = 10  # a transaction is rarely open for one


def take_out(scope, user_id, addresses, after):
    """Take out of the account what has come since and names an erased person by one of ``addresses``. ``after`` is a number behind which
    all records are that may be new.
    """
    open_transactions.wait_for_end(SECONDS)
    if db.engine.dialect.name != "sqlite":
        insist(_take_out, scope, user_id, addresses, after)


def _take_out(scope, user_id, addresses, after):
    row = scope.one(User, User.id == user_id, kind="person")
    entries = mentions.entries_since(scope, row, addresses, after)  # nobody waits for that
    with unit_of_work(scope) as work:
        rest = addresses - named_by(scope, addresses, removed=False).keys()  # a new person may have one by now
        references.rename(work, rest, row.user_name, entries)

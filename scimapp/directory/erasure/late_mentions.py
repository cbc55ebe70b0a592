"""Mentions of a person that others wrote while the person was being erased (decision 0112).

On Postgres, a transaction that is open during the erasure may have named the person, invisibly until it commits. So the
mentions are searched once more, after all transactions open at that time have ended. This takes a few index searches and
the newest audit entries, and costs writers nothing. Changes of the person's groups wait for the erasure anyway.
"""

from ...database import db
from ...database.postgres import open_transactions
from ...database.repeats import insist
from ..model import User
from ..people.named_people import named_by
from ..unit_of_work import unit_of_work
from . import mentions, references

SECONDS = 10  # transactions rarely stay open for even one


def take_out(scope, user_id, addresses, after):
    """Remove from the account what was written since and names an erased person by one of ``addresses``. ``after`` is an
    audit entry number; all entries that may be new come after it.
    """
    open_transactions.wait_for_end(SECONDS)
    if db.engine.dialect.name != "sqlite":
        insist(_take_out, scope, user_id, addresses, after)


def _take_out(scope, user_id, addresses, after):
    row = scope.one(User, User.id == user_id, kind="person")
    entries = mentions.entries_since(scope, row, addresses, after)  # nobody waits for this search
    with unit_of_work(scope) as work:
        rest = addresses - named_by(scope, addresses, removed=False).keys()  # a new person may have one by now
        references.rename(work, rest, row.user_name, entries)

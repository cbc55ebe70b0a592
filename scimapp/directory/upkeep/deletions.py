"""Deletes many rows in transactions of a few each, so that nobody who writes waits long."""

from sqlalchemy import delete

from ...database import db, writing
from ..scope import server_scope
from ..sql.chunks import in_chunks

CHUNK = 1_000  # rows deleted in one transaction
READ = 20 * CHUNK  # rows looked for at a time, since nothing indexes what is over: each look walks past all that stay


def delete_where(account_id, key, *conditions):
    """Delete the rows of an account that meet ``conditions``; ``key`` is a column whose values are
    unique in the table. Returns how many.

    They are looked for outside of the transactions: while many stay that would take longer than to delete a few.
    """
    model, gone = key.class_, 0
    over = server_scope(account_id).select(model, key).where(*conditions).limit(READ)
    while True:
        keys = db.session.scalars(over).all()
        db.session.close()
        for part in in_chunks(keys, CHUNK):
            # Without the account: with it, SQLite would look through all of its rows. The conditions once more, because
            # somebody may have had a mail sent again since the look.
            still = (key.in_(part), *conditions)
            with writing():
                gone += db.session.execute(delete(model).where(*still)).rowcount
        if len(keys) < READ:
            return gone

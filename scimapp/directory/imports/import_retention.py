"""How long imported files are kept: only as long as somebody may continue with them.

An abandoned preview holds personal data without need, so it is deleted after a few hours; so are the cells of rows that
could not be imported, a day after the import.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update

from ...database import db, writing
from .. import clock
from ..batches import batches
from ..model import Batch, BatchItem
from .import_plans import ACTION

PREVIEW_KEPT_FOR = timedelta(hours=6)
RESULT_KEPT_FOR = timedelta(hours=24)


def prune():
    """Delete abandoned previews and the cells of old results, in all accounts; returns the number of batches."""
    now = clock.now()
    of_import = select(Batch.account_id, Batch.seq).where(Batch.action == ACTION)
    left = of_import.where(Batch.state == batches.PREVIEW, Batch.created_at < now - PREVIEW_KEPT_FOR)
    old = of_import.where(Batch.state == batches.FINISHED, Batch.finished_at < now - RESULT_KEPT_FOR)
    if not db.session.execute(left.union_all(old).limit(1)).first():
        return 0
    with writing() as session:
        gone = session.execute(left).tuples().all()
        for account_id, seq in gone:
            session.execute(delete(Batch).where(Batch.account_id == account_id, Batch.seq == seq))
        for account_id, seq in session.execute(old).tuples().all():
            mine = (BatchItem.account_id == account_id, BatchItem.batch_seq == seq, BatchItem.content.is_not(None))
            session.execute(update(BatchItem).where(*mine).values(content=None))
    return len(gone)

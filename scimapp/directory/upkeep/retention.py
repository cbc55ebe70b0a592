"""Deletes what is kept for a limited time: mails after they were sent, links and sessions after they ended.

The worker that sends mails calls this every hour, and also brings back mails that a wrong clock has put off. In the shell,
``flask outbox prune`` does it.
"""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import func, select

from ...database import db
from .. import clock
from ..links import one_time_links
from ..model import Account, OutboxMail
from ..outbox import outbox
from ..sign_in import sessions
from . import deletions

MAIL_KEPT = timedelta(days=30)  # after sending; an unsent mail, after it was made


class Pruned(Struct):
    """How many rows were deleted, by kind."""

    mails: int = 0
    links: int = 0
    sessions: int = 0


def prune():
    """Delete what was kept long enough, in every account, and return Pruned. Waiting mails stay."""
    gone = Pruned()
    account_ids = db.session.scalars(select(Account.id)).all()
    db.session.close()
    for account_id in account_ids:
        outbox.bring_back(account_id)
        gone.mails += _prune_mails(account_id, clock.now() - MAIL_KEPT)
        gone.links += one_time_links.prune(account_id)
        gone.sessions += sessions.prune(account_id)
    return gone


def _prune_mails(account_id, oldest):
    settled = (OutboxMail.state != "waiting", OutboxMail.created_at < oldest)
    left = func.coalesce(OutboxMail.sent_at, OutboxMail.created_at) < oldest
    return deletions.delete_where(account_id, OutboxMail.seq, *settled, left)

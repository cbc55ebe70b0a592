"""Ends what must not continue after a backup was restored: mails that may have been sent since, sessions that may have
ended since, recovery codes that may have been used since.
"""

from msgspec import Struct
from sqlalchemy import select, update

from ...database import db
from .. import clock
from ..events import BackupRestored
from ..model import Account, OneTimeLink, OutboxMail, SecondStep, UserSession
from ..scope import server_scope
from ..unit_of_work import unit_of_work
from . import scheduled_checks


class Settled(Struct):
    """How many rows were closed, by kind."""

    mails: int = 0
    sessions: int = 0
    links: int = 0


def settle(*, send_mails=False):
    """Close them in every account and return Settled. ``send_mails`` says that nothing was sent since: owed mails stay owed.

    The audit log of each account notes it. Invitations and SCIM tokens stay valid: without them, directories and invited
    people could not come back.
    """
    settled, now = Settled(), clock.now()
    for account_id, name in db.session.execute(select(Account.id, Account.name)).all():
        with unit_of_work(server_scope(account_id)) as work:
            session = db.session
            waiting = (OutboxMail.account_id == account_id, OutboxMail.state == "waiting")
            let_go = {"leased_until": None, "lease_id": None}
            if not send_mails:
                let_go["state"] = "cancelled"
            done = session.execute(update(OutboxMail).where(*waiting).values(**let_go)).rowcount
            settled.mails += 0 if send_mails else done
            live = (UserSession.account_id == account_id, UserSession.ended_at.is_(None))
            settled.sessions += session.execute(update(UserSession).where(*live).values(ended_at=now)).rowcount
            unused = (
                OneTimeLink.account_id == account_id,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.voided_at.is_(None),
            )
            work.record(BackupRestored(account_id, name))
            if not send_mails:  # codes used since look unused, and nobody can tell which
                session.execute(update(SecondStep).where(SecondStep.account_id == account_id).values(codes=[]))
            settled.links += session.execute(update(OneTimeLink).where(*unused).values(voided_at=now)).rowcount
    if not send_mails:
        scheduled_checks.skip()
    return settled

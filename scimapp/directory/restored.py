"""What must not go on after a backup was put back: mails that may have left since, sessions that may have ended since."""

from dataclasses import dataclass

from sqlalchemy import select, update

from ..database import db, writing
from . import clock, token_ends
from .model import Account, OneTimeLink, OutboxMail, UserSession


@dataclass(slots=True)
class Settled:
    """How many rows were closed."""

    mails: int = 0
    sessions: int = 0
    links: int = 0


def settle(*, send_mails=False):
    """Close them in every account; returns Settled. ``send_mails``: nothing has left since, so what is owed stays owed.

    Invitations and SCIM tokens go on: directories and invited people have nothing else to come back with.
    """
    settled, now = Settled(), clock.now()
    for account_id in db.session.scalars(select(Account.id)).all():
        with writing() as session:
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
            settled.links += session.execute(update(OneTimeLink).where(*unused).values(voided_at=now)).rowcount
    if not send_mails:
        token_ends.skip()
    return settled

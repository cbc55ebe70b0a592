"""Reminds people once of an invitation that ends in two days.

The reminder itself shows that somebody was reminded: it stays in the outbox longer than the invitation lasts. It is queued
while the person's row is locked, and everything that ends an invitation locks that row. So each person is reminded once,
however many processes look, and never of an invitation that has just ended. An account may switch reminders off (decision
0115).
"""

from datetime import timedelta

from sqlalchemy import exists, select

from ...database import db
from .. import clock
from ..events import InvitationReminded
from ..model import Account, Invitation, OutboxMail, User
from ..outbox import outbox
from ..scope import server_scope
from ..unit_of_work import unit_of_work
from .invitations import MAIL, REMINDER

DAYS_BEFORE = 2
LAST_DAY = timedelta(days=1)  # too late for a reminder: a mail that says "in 2 days" would be wrong
REST = timedelta(days=1)  # after the invitation was sent, so that one of two days has no reminder
AT_ONCE = 200  # per account; hardly more can be sent before the next look
LABEL = "Scheduled check"


def tell():
    """Queue the reminders that are due now, in all accounts that want them; returns the number of people reminded."""
    return sum(_remind(scope, user_seq) for scope in _accounts() for user_seq in _due(scope, clock.now(), AT_ONCE))


def skip():
    """Mark what is due now as told: after a backup was restored, people may have been reminded since."""
    for scope in _accounts():
        for user_seq in _due(scope, clock.now()):
            with unit_of_work(scope) as work:
                if _owe(work, user_seq) is not None:
                    outbox.cancel_waiting(work, [user_seq], [REMINDER])


def _accounts():
    account_ids = db.session.scalars(select(Account.id).where(Account.remind_invited.is_(True))).all()
    db.session.close()
    return [server_scope(account_id, LABEL) for account_id in account_ids]


def _due(scope, moment, at_most=None):
    """The numbers of people to remind, those whose invitations end first. One statement."""
    query = _people(scope, moment).order_by(Invitation.expires_at, Invitation.user_seq)
    found = db.session.scalars(query.limit(at_most)).all()
    db.session.close()
    return found


def _remind(scope, user_seq):
    with unit_of_work(scope) as work:
        row = _owe(work, user_seq)
        if row is not None:
            work.record(InvitationReminded(row.id, row.display_name))
    return row is not None


def _owe(work, user_seq):
    """Queue a reminder and return the row; None if another process was faster or the invitation has ended since."""
    scope = work.scope
    locked = scope.select(User).where(User.seq == user_seq).with_for_update(key_share=True)
    row = db.session.scalars(locked.execution_options(populate_existing=True)).first()
    invitation_id = db.session.scalar(_people(scope, work.now, Invitation.id).where(Invitation.user_seq == user_seq))
    if row is None or invitation_id is None:
        return None
    # The outbox shows this until the mail is sent; the mail itself counts the days then.
    subject = f"Your invitation to {work.account.name} ends in {DAYS_BEFORE} days"
    outbox.queue(work, row, REMINDER, subject, invitation_id=invitation_id)
    return row


def _people(scope, moment, column=Invitation.user_seq):
    """A query of open invitations that end in DAYS_BEFORE days, were sent a while ago, and have no reminder yet."""
    between = (Invitation.expires_at > moment + LAST_DAY, Invitation.expires_at <= moment + timedelta(DAYS_BEFORE))
    is_open = (Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None), Invitation.void_reason.is_(None))
    # Mails that only count as sent, such as those to people of the demo, were never tried.
    left = (OutboxMail.state == "sent", OutboxMail.attempts > 0, OutboxMail.sent_at <= moment - REST)
    known = exists().where(
        User.account_id == Invitation.account_id, User.seq == Invitation.user_seq,
        User.active.is_(True), User.verified_at.is_(None), User.email == Invitation.email,
    )  # fmt: skip
    query = scope.select(Invitation, column).where(*is_open, *between)
    return query.where(~_mail(OutboxMail.kind == REMINDER), _mail(OutboxMail.kind == MAIL, *left), known)


def _mail(*conditions):
    """Whether the invitation has such a mail; it is found by the person."""
    theirs = (OutboxMail.account_id == Invitation.account_id, OutboxMail.user_seq == Invitation.user_seq)
    return exists().where(*theirs, OutboxMail.invitation_id == Invitation.id, *conditions)

"""Limits for sending invitations: a directory that creates thousands of people at once must not make us look like spammers,
and one that switches a person off and on must not fill a mailbox (security V14).

Limits are checked when a mail is about to be sent, so they cost nothing in the call that queues it. A mail held back stays
in the outbox and is sent later without further action; other mails, such as password resets, overtake it.
"""

from datetime import timedelta

from sqlalchemy import or_, update

from ...database import db, writing
from .. import clock
from ..links.invitations import MAILS
from ..model import Invitation, OutboxMail
from ..scope import server_scope

PER_PERSON = timedelta(minutes=10)  # between two mails, unless a person asks for another
PER_ACCOUNT = ((100, timedelta(minutes=1)), (1_000, timedelta(hours=1)))  # (number, in this time)


def hold_back(mail):
    """Postpone a leased mail that may not be sent yet, and release its lease; returns whether it was postponed."""
    if mail.kind not in MAILS:
        return False
    scope = server_scope(mail.account_id)
    until, theirs = _of_the_person(scope, mail), OutboxMail.user_seq == mail.user_seq
    if until is None:
        until, theirs = _of_the_account(scope), True
    db.session.close()
    if until is None:
        return False
    with writing():
        waits = (OutboxMail.account_id == mail.account_id, OutboxMail.kind.in_(MAILS), OutboxMail.state == "waiting")
        is_free = or_(OutboxMail.leased_until.is_(None), OutboxMail.seq == mail.seq)
        own = (OutboxMail.account_id == mail.account_id, OutboxMail.seq == mail.seq)
        db.session.execute(update(OutboxMail).where(*own).values(attempts=OutboxMail.attempts - 1))
        put_off = {"next_attempt_at": until, "leased_until": None, "lease_id": None}
        soon = OutboxMail.next_attempt_at < until
        db.session.execute(update(OutboxMail).where(*waits, is_free, soon, theirs).values(**put_off))
    return True


def _of_the_person(scope, mail):
    """When the same person may next be mailed at the same address; None for now."""
    invited_by = scope.select(Invitation, Invitation.invited_by).where(Invitation.id == mail.invitation_id)
    if db.session.scalar(invited_by):
        return None
    same = (OutboxMail.user_seq == mail.user_seq, OutboxMail.to_key == mail.to_key)
    return _unless_over(db.session.scalar(_sent(scope).where(*same).limit(1)), PER_PERSON)


def _of_the_account(scope):
    """When the account may next send one; None for now."""
    query = _sent(scope).limit(1)
    ends = [_unless_over(db.session.scalar(query.offset(number - 1)), span) for number, span in PER_ACCOUNT]
    return max(filter(None, ends), default=None)


def _sent(scope):
    """The moments when invitations and their reminders were sent, newest first."""
    sent = (OutboxMail.state == "sent", OutboxMail.kind.in_(MAILS))
    return scope.select(OutboxMail, OutboxMail.sent_at).where(*sent).order_by(OutboxMail.seq.desc())


def _unless_over(moment, span):
    return moment + span if moment is not None and clock.was_within(moment, span) else None

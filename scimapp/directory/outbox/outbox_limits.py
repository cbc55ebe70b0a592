"""How many invitations leave: a directory that creates thousands of people at once must not have us taken for a spammer,
and one that switches somebody off and on must not fill a mailbox (security V14, requirements D-05).

Looked at when a mail is about to leave, so that nothing of it costs the call that owes the mail. What is held back
stays in the outbox and leaves by itself; other mails, such as a link for a new password, pass it.
"""

from datetime import timedelta

from sqlalchemy import or_, update

from ...database import db, writing
from .. import clock
from ..links.invitations import MAILS
from ..model import Invitation, OutboxMail
from ..scope import server_scope

PER_PERSON = timedelta(minutes=10)  # one in this time, unless somebody in person asks for another
PER_ACCOUNT = ((100, timedelta(minutes=1)), (1_000, timedelta(hours=1)))  # so many in such a time


def hold_back(mail):
    """Put off a leased mail that may not leave yet, and give its lease back; whether it was put off."""
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
    """When the next one may go to the same address of the same person; None for now."""
    invited_by = scope.select(Invitation, Invitation.invited_by).where(Invitation.id == mail.invitation_id)
    if db.session.scalar(invited_by):
        return None
    same = (OutboxMail.user_seq == mail.user_seq, OutboxMail.to_key == mail.to_key)
    return _unless_over(db.session.scalar(_sent(scope).where(*same).limit(1)), PER_PERSON)


def _of_the_account(scope):
    """When the account may send the next one; None for now."""
    query = _sent(scope).limit(1)
    ends = [_unless_over(db.session.scalar(query.offset(number - 1)), span) for number, span in PER_ACCOUNT]
    return max(filter(None, ends), default=None)


def _sent(scope):
    """When invitations and reminders of them left, the newest first."""
    sent = (OutboxMail.state == "sent", OutboxMail.kind.in_(MAILS))
    return scope.select(OutboxMail, OutboxMail.sent_at).where(*sent).order_by(OutboxMail.seq.desc())


def _unless_over(moment, span):
    return moment + span if moment is not None and clock.was_within(moment, span) else None

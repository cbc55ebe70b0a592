"""Invitations with the mails that carry them: the newest of each person, and how it stands."""

from msgspec import Struct
from sqlalchemy import and_, bindparam, func
from sqlalchemy.orm import aliased

from ...database import db
from ..model import Invitation, OutboxMail
from ..roles import Permission
from ..scope import own_rows
from .invitations import MAIL, REMINDER

MOST_SHOWN = 5
_Reminder = aliased(OutboxMail)


class SentInvitation(Struct, frozen=True):
    """One invitation and the mail that carries it, None if it was never queued. ``reminder`` is the mail about its end;
    only ``history`` reads it.
    """

    invitation: Invitation
    mail: OutboxMail | None
    reminder: OutboxMail | None = None

    def word_at(self, moment):
        """accepted, withdrawn, expired, failed, waiting, cancelled or sent: the first that applies at ``moment``."""
        if self.invitation.accepted_at is not None:
            return "accepted"
        if self.invitation.voided_at is not None:
            return "withdrawn"
        if self.invitation.expires_at <= moment:
            return "expired"
        return self.mail.state if self.mail is not None else "sent"

    def works_at(self, moment):
        """Whether the link can be used at ``moment``."""
        return self.word_at(moment) not in ("accepted", "withdrawn", "expired")


def newest(scope, user_seqs):
    """``{user seq: SentInvitation}`` of each person's newest invitation; people never invited are left out. One statement."""
    scope.require(Permission.VIEW_DIRECTORY)
    if not user_seqs:
        return {}
    theirs = Invitation.user_seq.in_(user_seqs)
    last = scope.select(Invitation, func.max(Invitation.seq)).where(theirs).group_by(Invitation.user_seq)
    # Both conditions are needed: otherwise a planner may walk every invitation of the account.
    query = _with_mail(scope).where(theirs, Invitation.seq.in_(last))
    return {invitation.user_seq: SentInvitation(invitation, mail) for invitation, mail in db.session.execute(query)}


def history(scope, user):
    """The SentInvitations of a person, newest first; at most MOST_SHOWN."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = _with_mail(scope).add_columns(_Reminder).outerjoin(_Reminder, _carries(_Reminder, REMINDER))
    last = query.where(Invitation.user_seq == user.seq).order_by(Invitation.seq.desc()).limit(MOST_SHOWN)
    return [SentInvitation(*found) for found in db.session.execute(last)]


def _in_vain():
    open_ones = own_rows(Invitation, Invitation.user_seq).where(
        Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None)
    )
    carried = (
        Invitation.id == OutboxMail.invitation_id,
        Invitation.user_seq == OutboxMail.user_seq,
    )
    refused = own_rows(OutboxMail, OutboxMail.user_seq).where(OutboxMail.state == "failed", OutboxMail.kind == MAIL)
    # Start from the few mails: without the hint, Postgres would read all invitations to join them.
    carried_one = open_ones.where(*carried).correlate(OutboxMail).with_statement_hint("OFFSET 0", "postgresql")
    bounced = refused.where(carried_one.exists())
    expired = open_ones.where(Invitation.expires_at <= bindparam("now"))
    return expired.correlate(None), bounced.correlate(None)


# Two selects of the seqs of people in the account ``account_id``: those whose open invitation has expired at ``now``, and
# those for whose open invitation the mail was refused. They are built once: every list of people uses them, and building takes
# longer than running.
EXPIRED, REFUSED = _in_vain()


def _with_mail(scope):
    """Invitations with their mails, one each, found by the recipient."""
    return scope.select(Invitation, Invitation, OutboxMail).outerjoin(OutboxMail, _carries(OutboxMail, MAIL))


def _carries(mail, kind):
    return and_(
        mail.account_id == Invitation.account_id,
        mail.user_seq == Invitation.user_seq,
        mail.invitation_id == Invitation.id,
        mail.kind == kind,
    )

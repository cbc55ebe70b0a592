"""How invitations stand: the newest one of each person, and whether its mail has left."""

from dataclasses import dataclass

from sqlalchemy import func

from ..database import db
from .model import Invitation, OutboxMail
from .roles import Permission


@dataclass(frozen=True, slots=True)
class Standing:
    """One invitation and the mail that carries it, None for one that was never queued."""

    invitation: Invitation
    mail: OutboxMail | None

    def word_at(self, moment):
        """accepted, withdrawn, expired, failed, waiting, cancelled or sent: the first that is true at ``moment``."""
        if self.invitation.accepted_at is not None:
            return "accepted"
        if self.invitation.voided_at is not None:
            return "withdrawn"
        if self.invitation.expires_at <= moment:
            return "expired"
        return self.mail.state if self.mail is not None else "sent"


def standings(scope, user_seqs):
    """``{user seq: Standing}`` of each person's newest invitation. One statement; people never invited are left out."""
    scope.require(Permission.VIEW_DIRECTORY)
    if not user_seqs:
        return {}
    theirs = Invitation.user_seq.in_(user_seqs)
    newest = scope.select(Invitation, func.max(Invitation.seq)).where(theirs).group_by(Invitation.user_seq)
    # Said twice, so that no planner walks through every invitation of the account.
    query = _with_mail(scope).where(theirs, Invitation.seq.in_(newest))
    return {invitation.user_seq: Standing(invitation, mail) for invitation, mail in db.session.execute(query)}


def history(scope, user, limit=5):
    """The Standings of a person's last invitations, newest first."""
    scope.require(Permission.VIEW_DIRECTORY)
    query = _with_mail(scope).where(Invitation.user_seq == user.seq).order_by(Invitation.seq.desc()).limit(limit)
    return [Standing(invitation, mail) for invitation, mail in db.session.execute(query)]


def _with_mail(scope):
    """Invitations beside their mails: one mail each, found by the person it goes to."""
    carries = (
        (OutboxMail.account_id == Invitation.account_id)
        & (OutboxMail.user_seq == Invitation.user_seq)
        & (OutboxMail.invitation_id == Invitation.id)
    )
    return scope.select(Invitation, Invitation, OutboxMail).outerjoin(OutboxMail, carries)

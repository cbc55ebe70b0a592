"""Mails to those who look after an account: the Account Owner and the Super Admins, who can change whatever it is about."""

from ..database import db
from . import outbox
from .model import OutboxMail, User
from .roles import Role

AT_MOST = 20  # recipients of one notice, the owner first


def strongest(scope):
    """The owner, then the active Super Admins by name, at most AT_MOST people with a confirmed address."""
    reachable = (User.active.is_(True), User.verified_at.is_not(None), User.email.is_not(None))
    by_name = (User.order_key, User.seq)
    owner = scope.select(User).where(User.role == Role.OWNER.value, User.email.is_not(None))
    others = scope.select(User).where(User.role == Role.SUPER_ADMIN.value, *reachable)
    found = db.session.scalars(owner).all() + db.session.scalars(others.order_by(*by_name).limit(AT_MOST - 1)).all()
    return [row for row in found if row.unconfirmed_since is None or row.role == Role.OWNER]


def tell(work, kind, subject, *, pause):
    """Owe them a mail of ``kind``, unless one was owed within ``pause`` (a timedelta); returns whether it was owed now."""
    people = strongest(work.scope)
    if not people:
        return False
    recent = work.scope.select(OutboxMail, OutboxMail.seq).where(
        OutboxMail.user_seq == people[0].seq, OutboxMail.kind == kind, OutboxMail.created_at > work.now - pause
    )
    if db.session.scalar(recent.limit(1)) is not None:
        return False
    for row in people:
        outbox.queue(work, row, kind, subject)
    return True

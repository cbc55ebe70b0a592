"""Mails to the people who look after an account: the owner, and those who may change what a mail is about."""

from sqlalchemy import case

from ...database import db
from .. import clock
from ..model import OutboxMail, User
from ..roles import Permission, Role, permissions_of
from ..sql.few_people import with_role
from . import outbox

AT_MOST = 20  # recipients of one notice


def able(scope, permission):
    """The owner, then the active people whose role has ``permission``, stronger roles first, by name.

    At most AT_MOST people, with a confirmed address.
    """
    roles = [role.value for role in Role if role is not Role.OWNER and permission in permissions_of(role)]
    reachable = (User.active.is_(True), User.verified_at.is_not(None), User.email.is_not(None))
    in_order = (case((User.role == Role.SUPER_ADMIN.value, 0), else_=1), User.order_key, User.seq)
    owner = scope.select(User).where(with_role(Role.OWNER.value), User.email.is_not(None))
    others = scope.select(User).where(with_role(*roles), *reachable)
    found = db.session.scalars(owner).all() + db.session.scalars(others.order_by(*in_order).limit(AT_MOST - 1)).all()
    return [row for row in found if row.unconfirmed_since is None or row.role == Role.OWNER]


def owe(work, permission, kind, subject, *, token_id=None):
    """Queue a mail of ``kind`` for those with ``permission``, about a SCIM token if given; returns whether there are any."""
    people = able(work.scope, permission)
    for row in people:
        outbox.queue(work, row, kind, subject, token_id=token_id)
    return bool(people)


def tell(work, kind, subject, *, since, permission=Permission.CHANGE_SECURITY, token_id=None, beside=None):
    """As ``owe``, unless such a mail was queued after the moment ``since``; returns whether it was queued now. ``beside``
    is a select of token ids: only mails about these tokens count.
    """
    first = next(iter(able(work.scope, permission)), None)
    if first is None:
        return False
    recent = work.scope.select(OutboxMail, OutboxMail.seq).where(
        OutboxMail.user_seq == first.seq, OutboxMail.kind == kind,
        OutboxMail.created_at > since, OutboxMail.created_at <= clock.now(),  # not ``work.now``: this unit may have waited
    )  # fmt: skip
    if beside is not None:
        recent = recent.where(OutboxMail.token_id.in_(beside))
    if db.session.scalar(recent.limit(1)) is not None:
        return False
    return owe(work, permission, kind, subject, token_id=token_id)

"""Invitations: the link that lets a new person set a password, once, for a few days.

The secret in a link is derived from the invitation's random nonce under the server's key. So the outbox can write the
mail at any time, while the database holds only a hash.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from msgspec import Struct
from sqlalchemy import bindparam, select, update

from ...database import db, flush
from ...database.inserts import PreparedRows
from ...database.statements import Prepared
from .. import clock, secrets
from ..accounts import seats
from ..availability import note
from ..errors import InvitationNotUsable, NoAddress, NoSeatToAccept, NotAllowed
from ..events import InvitationAccepted, InvitationIssued, InvitationLinkShown
from ..ids import new_id
from ..model import Account, Invitation, User
from ..outbox import outbox
from ..roles import Permission, may_manage
from ..scope import own_scope, server_scope
from ..states import restate
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say

PURPOSE = MAIL = "invitation"
REMINDER = "invitation_reminder"
MAILS = (MAIL, REMINDER)  # kinds of mails that carry the link
RENEWAL_PAUSE = timedelta(minutes=10)  # between two renewals that a person asks for
_days = 7
_COLUMNS = tuple(column.key for column in Invitation.__table__.columns if column.key != "seq")
_ADD = PreparedRows(Invitation, _COLUMNS)
_VOID_OPEN = Prepared(
    update(Invitation)
    .where(
        Invitation.account_id == bindparam("in_account"),
        Invitation.user_seq == bindparam("of_seq"),
        Invitation.accepted_at.is_(None),
        Invitation.voided_at.is_(None),
    )
    .values(voided_at=bindparam("now"), void_reason=bindparam("reason"))
)


def install(days):
    """Called once by the factory. Sets how many days an invitation works where the account does not say."""
    global _days
    _days = days


class UsableInvitation(Struct, frozen=True):
    """What the accept page shows about an open invitation."""

    account_id: str
    account_name: str
    user_id: str
    email: str
    given_name: str
    display_name: str
    expires_at: datetime


def link_token(invitation):
    """The secret part of the invitation's link."""
    return secrets.derive(PURPOSE, invitation.id, invitation.nonce)


def issue_if_needed(work, row, *, is_first=False):
    """Invite an active person who has an address and never accepted an invitation; replaces an open invitation.

    ``is_first``: the person is new, so there is no open invitation.
    """
    if row.active and row.verified_at is None and row.email:
        _issue(work, row, is_first=is_first)


def resend(scope, user_id):
    """Send a person an invitation (again); the old link stops working. Raises NotInAccount, NotAllowed, NoAddress."""
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person", for_update=True)
        if scope.actor.kind == "person" and not may_manage(scope.actor.role, row.role):
            raise NotAllowed(say("Only Super Admins and the Account Owner can invite a Super Admin."))
        if not row.email:
            raise NoAddress()
        if not row.active:
            raise NotAllowed(say("Activate this person first; somebody inactive cannot accept an invitation."))
        if row.verified_at is not None:
            raise NotAllowed(say("This person has accepted an invitation already."))
        _issue(work, row)
        return latest(scope, row)


def reveal_link(scope, user_id):
    """The secret of a person's open invitation, which the strongest roles may hand over themselves; it is recorded.

    Raises NotInAccount; NotAllowed, also if it was made under another server key; InvitationNotUsable if none is open.
    """
    scope.require(Permission.CHANGE_SECURITY)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person")
        invitation = latest(scope, row)
        if invitation is None or not _is_open(invitation, row, work.now):
            raise InvitationNotUsable()
        token = link_token(invitation)
        if not compare_digest(secrets.digest(token), invitation.token_hash):
            raise NotAllowed(say("The invitation has ended. Send it again from the person's page."))
        work.record(InvitationLinkShown(row.id, row.display_name))
    return token


def latest(scope, user):
    """The newest invitation of a person, or None."""
    query = scope.select(Invitation).where(Invitation.user_seq == user.seq).order_by(Invitation.seq.desc()).limit(1)
    return db.session.scalars(query).first()


def find_usable(token):
    """The open invitation behind a link. Changes nothing: mail scanners open links. Raises InvitationNotUsable."""
    user, account, invitation = _usable(token)
    return UsableInvitation(
        account.id, account.name, user.id, invitation.email, user.given_name, user.display_name, invitation.expires_at
    )


def accept(token, password_hash, address=None):
    """Set the password, verify the address and use the invitation up; returns the row.

    Raises InvitationNotUsable, NoSeatToAccept. The latter is recorded, so that administrators see it.
    """
    user, _, _ = _usable(token)
    scope = own_scope(user, address=address)
    try:
        return _accept(scope, user, token, password_hash)
    except NoSeatToAccept:
        with unit_of_work(scope) as work:
            seats.miss(work, user.id, user.display_name)
        raise


def _accept(scope, user, token, password_hash):
    with unit_of_work(scope) as work:
        row = work.scope.one(User, User.id == user.id, for_update=True)
        invitation = work.scope.one(Invitation, Invitation.token_hash == secrets.digest(token), for_update=True)
        if not _is_open(invitation, row, work.now):  # it may have been used since the look-up
            raise InvitationNotUsable()
        seats.guard_accepting(work)
        invitation.accepted_at = work.now
        row.password_hash = password_hash
        row.verified_at = work.now
        row.session_epoch += 1
        restate(work, row)
        outbox.cancel_waiting(work, [row.seq], MAILS)
        work.record(InvitationAccepted(row.id, row.display_name))
    return row


def renew(email):
    """Send new links to all people with this address who were invited and have not accepted.

    Does not tell whether any exist.
    """
    query = select(User).where(User.email_key == fold_email(email), User.state == "invited", User.scim_id.is_not(None))
    for user in db.session.scalars(query).all():
        renew_one(user)


def renew_one(user):
    """Send a new link to somebody who asked for one, at most every ten minutes."""
    scope = server_scope(user.account_id, "Renewal asked for on the invitation page")
    if not _may_renew(scope, user):
        return
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user.id, kind="person", for_update=True)
        if _may_renew(scope, row):  # checked again under the lock: parallel requests get one link
            issue_if_needed(work, row)


def _may_renew(scope, user):
    newest = latest(scope, user)
    return newest is not None and not clock.was_within(newest.created_at, RENEWAL_PAUSE)


def address_changed(work, row):
    """Void the link sent to the old address; if one was open, invite the new address."""
    if void_open(work, row, "address changed"):
        issue_if_needed(work, row)


def void_open(work, row, reason):
    """Void a person's open invitation and cancel its mails; returns how many were open."""
    outbox.cancel_waiting(work, [row.seq], MAILS)
    return void_links(work, row, reason)


def void_links(work, row, reason):
    """As ``void_open``, for people without such mails waiting or whose mails are cancelled elsewhere."""
    flush()
    return _VOID_OPEN.run(in_account=row.account_id, of_seq=row.seq, now=work.now, reason=reason)


def _issue(work, row, *, is_first=False):
    if not is_first:
        void_open(work, row, "replaced")
    actor, invitation_id, nonce = work.scope.actor, new_id(), secrets.new_nonce()
    _ADD.gather({
        "account_id": row.account_id,
        "id": invitation_id,
        "user_seq": row.seq,
        "email": row.email,
        "token_hash": secrets.digest(secrets.derive(PURPOSE, invitation_id, nonce)),
        "nonce": nonce,
        "invited_by": actor.label if actor.kind == "person" else None,
        "created_at": work.now,
        "expires_at": work.now + timedelta(days=work.account.invitation_days or _days),
        "accepted_at": None,
        "voided_at": None,
        "void_reason": None,
    })  # fmt: skip
    outbox.queue(work, row, MAIL, f"{work.account.name} invites you", invitation_id=invitation_id)
    work.record(InvitationIssued(row.id, row.display_name))


def _usable(token):
    """``(user, account, invitation)`` of an open invitation. No scope: the secret link is the only key to it."""
    if not secrets.is_well_formed(token):
        raise InvitationNotUsable()
    query = (
        select(User, Account, Invitation)
        .join(Invitation, (Invitation.account_id == User.account_id) & (Invitation.user_seq == User.seq))
        .join(Account, Account.id == User.account_id)
        .where(Invitation.token_hash == secrets.digest(token))
    )
    found, now = db.session.execute(query).first(), clock.now()
    if found is None or not _is_open(found.Invitation, found.User, now):
        if found is not None and now >= found.Invitation.expires_at:
            _end_for_good(found.Invitation)
        raise InvitationNotUsable()
    return tuple(found)


def _end_for_good(invitation):
    """Mark an expired invitation that was refused, so that it stays refused even if the clock is set back.

    It is not voided: lists still show that it expired, and when.
    """
    if invitation.void_reason is None:
        mine = (Invitation.account_id == invitation.account_id, Invitation.id == invitation.id)
        note(update(Invitation).where(*mine, Invitation.void_reason.is_(None)).values(void_reason="expired"))


def _is_open(invitation, user, now):
    unused = invitation.accepted_at is None and invitation.voided_at is None and invitation.void_reason is None
    # Expiry is checked here, at use; it does not depend on a clean-up.
    return unused and now < invitation.expires_at and user.active and user.email == invitation.email

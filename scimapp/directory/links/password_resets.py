"""New passwords: the mailed link for people who forgot theirs, and what follows from every change of a password."""

from datetime import timedelta

from msgspec import Struct
from sqlalchemy import select

from ...database import db
from .. import clock
from ..errors import NotAllowed
from ..events import PasswordChanged, PasswordLinkSent
from ..model import Account, User
from ..outbox import outbox
from ..people import lifecycle
from ..policies import guard_manage
from ..roles import Permission
from ..scope import own_scope, server_scope
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import email_changes, invitations, one_time_links
from .one_time_links import PASSWORD

# Limits for links that people request themselves: one in a few minutes, three in an hour (security V14).
PAUSE = timedelta(minutes=2)
PER_HOUR, HOUR = 3, timedelta(hours=1)


class UsableReset(Struct, frozen=True):
    """What the page behind a link shows about it."""

    account_id: str
    account_name: str
    user_id: str
    email: str
    display_name: str


def send_to(email):
    """Send a link to all people, in all accounts, who sign in with this address. Does not tell whether any exist.

    People who have not accepted their invitation get it again instead; people with an unconfirmed address, that link.
    """
    has_it = (User.email_key == fold_email(email), User.active.is_(True), User.scim_id.is_not(None))
    for user in db.session.scalars(select(User).where(*has_it)).all():
        if user.verified_at is None:
            invitations.renew_one(user)
        elif user.unconfirmed_since is not None:
            email_changes.send_again_to(user)
        else:
            _send_one(server_scope(user.account_id, "Sign-in page"), user)


def request_for(scope, user_id):
    """Send a person a link to set a new password; the old password works until it is used. Returns the row.

    Raises NotInAccount, AboveYourRole, NotAllowed for somebody who cannot use one.
    """
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person", for_update=True)
        guard_manage(scope, row)
        if not row.active or row.scim_id is None:
            raise NotAllowed(say("Activate this person first; somebody inactive cannot set a password."))
        if row.verified_at is None:
            raise NotAllowed(say("This person has no password yet. Send the invitation again instead."))
        if row.unconfirmed_since is not None:
            raise NotAllowed(say("This person has to confirm the new e-mail address first."))
        _issue(work, row)
    return row


def find_usable(token):
    """The UsableReset behind a link. Raises LinkNotUsable."""
    link, user, account = one_time_links.find_usable(token, PASSWORD)
    return UsableReset(account.id, account.name, user.id, link.email, user.display_name)


def complete(token, password_hash, address=None):
    """Set the password and use the link up; returns the row. Raises LinkNotUsable."""
    _, user, _ = one_time_links.find_usable(token, PASSWORD)
    with unit_of_work(own_scope(user, address=address)) as work:
        row, _ = one_time_links.use_up(work, token, PASSWORD)
        set_password(work, row, password_hash)
    return row


def set_password(work, row, password_hash):
    """Store a new password for a locked row: all sessions end, open links are voided, and a mail says so (security L13)."""
    row.password_hash = password_hash
    row.session_epoch += 1
    lifecycle.end_sessions(work, row)
    one_time_links.void_open(work, [row.seq])
    if row.email:
        outbox.queue(work, row, "password_changed", "Your password was changed")
    work.record(PasswordChanged(row.id, row.display_name))


def _send_one(scope, user):
    if _has_enough(scope, user):
        return
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user.id, kind="person", for_update=True)
        if _has_enough(scope, row):  # checked again under the lock: parallel requests get one link
            return
        if row.active and row.verified_at is not None and row.email == user.email:
            _issue(work, row)


def _has_enough(scope, user):
    made = one_time_links.made_since(scope, user, PASSWORD, clock.now() - HOUR)
    return len(made) >= PER_HOUR or any(clock.was_within(at, PAUSE) for at in made)


def _issue(work, row):
    account = db.session.get(Account, row.account_id)
    link = one_time_links.issue(work, row, PASSWORD, row.email)
    outbox.queue(work, row, "password_reset", f"A new password for {account.name}", link_id=link.id)
    work.record(PasswordLinkSent(row.id, row.display_name))

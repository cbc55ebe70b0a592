"""Changes of a person's address: who is told, and what must be confirmed.

If somebody else changes it (an administrator, the directory), the change counts at once: the old address gets a notice,
the new one a link, and nobody can sign in with it until that link is opened. Sessions stay open: their users have typed
the password, and a directory that renames people would sign out whole companies; *Sign out everywhere* covers the rest.
Changes that people ask for themselves are in ``own_email``.
"""

import re
from datetime import timedelta

from .. import clock
from ..errors import NotAllowed
from ..events import ConfirmationSent
from ..model import User
from ..outbox import outbox
from ..policies import guard_manage
from ..roles import Permission
from ..scope import server_scope
from ..text_keys import fold_email
from ..unit_of_work import unit_of_work
from ..words import say
from . import invitations, one_time_links
from .one_time_links import EMAIL

PAUSE = timedelta(minutes=1)  # between two links that people ask for themselves
_TOMBSTONE = re.compile(r"[0-9a-f]{32}(.+)", re.IGNORECASE | re.DOTALL)


def masked(email):
    """``z…@corp.example``: enough for people to recognise their own address."""
    local, _, domain = (email or "").rpartition("@")
    return f"{local[:1]}…@{domain}"


def follow(work, row, old_email, *, is_confirmed=False):
    """Do what a new address of a locked row requires. ``is_confirmed``: the person has opened the link sent there."""
    invitations.address_changed(work, row)
    one_time_links.void_open(work, [row.seq])
    # Not the folded forms: for them, the domains faß.example and fass.example are one.
    if row.verified_at is None or (row.email or "").lower() == (old_email or "").lower():
        return
    row.unconfirmed_since = None if is_confirmed or not row.email else work.now
    link = _send(work, row)
    if old_email:
        notice = {"to": old_email, "link_id": link.id if link else None}
        outbox.queue(work, row, "email_changed", "Your e-mail address was changed", **notice)


def remind(work, row):
    """Send the link to a person who has become active, if the address is not confirmed yet."""
    _send(work, row)


def send_again(scope, user_id):
    """Send the link to a person's new address again and return the row. Raises NotInAccount, AboveYourRole, NotAllowed."""
    scope.require(Permission.MANAGE_USERS)
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user_id, kind="person", for_update=True)
        guard_manage(scope, row)
        if row.unconfirmed_since is None or not row.active:
            raise NotAllowed(say("There is no address to confirm."))
        _send(work, row)
    return row


def send_again_to(user):
    """The same for somebody at the sign-in page, at most once a minute."""
    scope = server_scope(user.account_id, "Sign-in page")
    if _has_one(scope, user):
        return
    with unit_of_work(scope) as work:
        row = scope.one(User, User.id == user.id, kind="person", for_update=True)
        if not _has_one(scope, row):  # checked again under the lock: parallel requests get one link
            _send(work, row)


def _has_one(scope, user):
    newest = one_time_links.newest(scope, user, EMAIL)
    return newest is not None and newest.voided_at is None and clock.was_within(newest.created_at, PAUSE)


def without_tombstone(before, after, *, is_leaving):
    """``after``, but with the old address if a directory only marks the person as deleted.

    X-13, Entra. It sends ``active: false`` with 32 hexadecimal digits before the old name, meaning that the name is free.
    Used as an address, that would reach nobody, and the working address would be lost.
    """
    if not is_leaving or after is before:
        return after
    found = _TOMBSTONE.fullmatch(after.email or "")
    if not (found and before.email and fold_email(found[1]) == fold_email(before.email)):
        return after
    emails = before.core.get("emails") or [{"value": before.email, "type": "work", "primary": True}]
    return after.merged({"emails": emails})


def _send(work, row):
    """Send a link to the address in use; None for somebody who cannot use one now or has nothing to confirm."""
    if not row.active or row.scim_id is None or row.unconfirmed_since is None:
        return None
    link = one_time_links.issue(work, row, EMAIL, row.email)
    subject = f"Confirm your e-mail address for {work.account.name}"
    outbox.queue(work, row, "email_confirmation", subject, link_id=link.id)
    work.record(ConfirmationSent(row.id, row.display_name))
    return link

"""A new address that a person asked for in a session and has not confirmed yet.

It ends with the sessions that are ended because somebody else may have had one: whoever had it would otherwise get the
account by the link in their own mailbox. A link that confirms the address in use stays open; only the person reads that mail.
"""

from .. import clock
from ..text_keys import fold_email
from . import one_time_links
from .one_time_links import EMAIL


def pending(scope, user):
    """The link waiting to be opened at a new address that the person asked for, or None."""
    link = one_time_links.newest(scope, user, EMAIL)
    waits = link is not None and one_time_links.is_open(link, user, clock.now())
    return link if waits and fold_email(link.email) != user.email_key else None


def withdraw(work, row):
    """Cancel the change to a new address that a locked person asked for; returns whether there was one."""
    was_asked_for = pending(work.scope, row) is not None
    if was_asked_for:
        one_time_links.void_open(work, [row.seq], EMAIL)
    return was_asked_for

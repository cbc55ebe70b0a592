"""Checks without a request that send mails: tokens that expire, silent directories, invitations that expire.

The worker that sends mails runs them every few minutes; in the shell, ``flask outbox run --once`` does.
"""

from ..connection import quiet_directories, token_ends
from ..links import invitation_reminders

_CHECKS = (token_ends, quiet_directories, invitation_reminders)


def tell():
    """Queue the mails that are due now, in every account."""
    for check in _CHECKS:
        check.tell()


def skip():
    """Mark what is due now as told: after a backup was restored, people may have been told since."""
    for check in _CHECKS:
        check.skip()

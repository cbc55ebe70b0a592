"""What nobody asks for and somebody is told of by mail: tokens that end, directories that have gone quiet, invitations that end.

The worker that sends mails looks for it every few minutes; ``flask outbox run --once`` does in the shell.
"""

from .connection import quiet_directories, token_ends
from .links import invitation_reminders

_CHECKS = (token_ends, quiet_directories, invitation_reminders)


def tell():
    """Owe the mails that are due now, in every account."""
    for check in _CHECKS:
        check.tell()


def skip():
    """Count what is due now as told: after a backup was put back somebody may have been told since."""
    for check in _CHECKS:
        check.skip()

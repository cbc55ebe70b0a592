"""The thread that sends mail in a server process: one a process, woken by commits.

``flask outbox run`` does the same in a process of its own.
"""

from ..background import POLL_SECONDS, Background
from ..directory.outbox import wake
from .delivery import deliver_due


class Worker(Background):
    """Sends what the outbox owes until ``stop`` is called."""

    def __init__(self, app, *, poll_seconds=POLL_SECONDS):
        super().__init__(app, name="outbox", bell=wake, poll_seconds=poll_seconds)

    def work(self):
        """Send what is due; no bell brings a mail server back that is away."""
        return deliver_due(self.app, is_stopping=self._stopping.is_set).is_server_away

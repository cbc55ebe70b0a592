"""The thread that sends mail in a server process: one a process, woken by commits.

``flask outbox run`` does the same in a process of its own.
"""

from datetime import timedelta

from ..background import POLL_SECONDS, Background
from ..directory import clock, retention
from ..directory.outbox import wake
from .delivery import deliver_due

PRUNE_EVERY = timedelta(hours=1)


class Worker(Background):
    """Sends what the outbox owes until ``stop`` is called."""

    def __init__(self, app, *, poll_seconds=POLL_SECONDS):
        super().__init__(app, name="outbox", bell=wake, poll_seconds=poll_seconds)
        self._pruned_at = None

    def work(self):
        """Send what is due, and let go of what was kept long enough; no bell brings a mail server back that is away."""
        if self._pruned_at is None or clock.now() - self._pruned_at > PRUNE_EVERY:
            self._pruned_at = clock.now()
            with self.app.app_context():
                retention.prune()
        return deliver_due(self.app, is_stopping=self._stopping.is_set).is_server_away

"""The thread that sends mail in a server process: one per process, woken by commits.

``flask outbox run`` does the same in a process of its own.
"""

from datetime import timedelta

from ..background import POLL_SECONDS, Background
from ..directory.availability import UNAVAILABLE
from ..directory.clock import Every
from ..directory.outbox.outbox_signal import owed
from ..directory.upkeep import retention, scheduled_checks
from .delivery import deliver_due

PRUNE_EVERY = timedelta(hours=1)
TELL_EVERY = timedelta(minutes=10)  # these mails are about events days ahead


class Worker(Background):
    """Sends what the outbox owes until ``stop`` is called."""

    away = UNAVAILABLE

    def __init__(self, app, *, poll_seconds=POLL_SECONDS):
        super().__init__(app, name="outbox", bell=owed, poll_seconds=poll_seconds)
        self._unmarked = []  # a mail that left just before the database went away
        self._pruning, self._telling = Every(PRUNE_EVERY), Every(TELL_EVERY)

    def work(self):
        """Send what is due and delete what was kept long enough.

        It also polls: no signal says that a mail server is back.
        """
        if self._pruning.is_due():
            with self.app.app_context():
                retention.prune()
        if self._telling.is_due():
            with self.app.app_context():
                scheduled_checks.tell()
        return deliver_due(self.app, is_stopping=self._stopping.is_set, unmarked=self._unmarked).is_server_away

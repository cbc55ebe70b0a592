"""The thread that carries out long batches in a server process: one per process, woken when a batch is begun here. It also
finishes erasures of people that the end of a process interrupted.

``flask batches run`` does the same in a process of its own; leases keep them out of each other's way.
"""

from datetime import timedelta

from .background import POLL_SECONDS, Background
from .directory.availability import UNAVAILABLE
from .directory.batches import batch_runs
from .directory.clock import Every
from .directory.erasure import erasure
from .directory.imports import import_retention

TURN_SECONDS = 5  # for one batch before another one has its turn
PRUNE_EVERY = timedelta(hours=1)


class BatchWorker(Background):
    """Carries out batches until ``stop`` is called; the next process continues unfinished ones."""

    away = UNAVAILABLE

    def __init__(self, app, *, poll_seconds=POLL_SECONDS):
        super().__init__(app, name="batches", bell=batch_runs.begun, poll_seconds=poll_seconds)
        self._pruning = Every(PRUNE_EVERY)

    def work(self):
        """Work turn by turn until nothing is left. Once an hour, delete abandoned import files."""
        with self.app.app_context():
            if self._pruning.is_due():
                import_retention.prune()
            while not self._stopping.is_set() and erasure.take_up():
                pass
            while not self._stopping.is_set() and batch_runs.carry_out_next(TURN_SECONDS, self._stopping.is_set):
                pass
        return False

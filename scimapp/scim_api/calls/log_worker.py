"""The thread that writes the logs of a server process in batches, and deletes calls whose retention is over."""

import logging
from datetime import timedelta

from ... import request_log
from ...background import Background
from ...directory.availability import UNAVAILABLE
from ...directory.calls import call_buffer, call_log, call_retention
from ...directory.clock import Every

_log = logging.getLogger("scimapp.calls")
GATHER_SECONDS = 1.0  # calls within it are written together
PRUNE_EVERY = timedelta(hours=1)


class LogWorker(Background):
    """Writes the calls put aside until ``stop`` is called, then the remaining ones."""

    away = UNAVAILABLE

    def __init__(self, app):
        super().__init__(app, name="provisioning log", bell=call_buffer.filled)
        self._pruning = Every(PRUNE_EVERY)

    def start(self):
        request_log.hold()
        return super().start()

    def stop(self, *seconds):
        super().stop(*seconds)
        request_log.hold(False)
        request_log.write()
        with self.app.app_context():
            call_log.flush()
            if lost := len(call_buffer.buffer()):
                _log.warning("the process ends with %s calls that the provisioning log does not have", lost)

    def work(self):
        """Write what waits, after a moment in which a burst gathers for one transaction.

        Touches nothing if nothing waits.
        """
        if request_log.has_news() or call_buffer.has_news():
            self._stopping.wait(GATHER_SECONDS)
            request_log.write()
            with self.app.app_context():
                call_log.flush(settle=False)
        if self._pruning.is_due():
            with self.app.app_context():
                call_retention.prune()
        return False

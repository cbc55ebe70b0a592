"""The thread that sends mail in a server process: one a process, woken by commits, looking by itself every few seconds.

Gunicorn starts it in each of its processes (``gunicorn_conf``), ``flask outbox run`` in its own. Making an application
starts nothing: commands must not send in passing, and a thread made before a fork would not exist in the child.
"""

import logging
import threading

from ..directory.outbox import wake
from .delivery import deliver_due

POLL_SECONDS = 5  # other processes queue mails too, and pauses after failures end
STOP_SECONDS = 5  # a mail cut off is sent again by the next process
_log = logging.getLogger("scimapp.mail")


class Worker:
    """Sends what the outbox owes until ``stop`` is called; ``run`` is the loop, ``start`` puts it into a thread."""

    def __init__(self, app, *, poll_seconds=POLL_SECONDS):
        self.app, self.poll_seconds = app, poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name="outbox", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self, seconds=STOP_SECONDS):
        """End the loop after the mail in hand; waits ``seconds`` at most."""
        self._stopping.set()
        wake.set()
        self._thread.join(seconds)

    @property
    def is_running(self):
        return self._thread.is_alive()

    def run(self):
        """Deliver, then wait for a bell or the next look. Survives whatever a round raises."""
        while not self._stopping.is_set():
            wake.clear()  # before looking: a mail queued from here on rings again
            is_server_away = self._deliver()
            if is_server_away:
                self._stopping.wait(self.poll_seconds)  # no bell brings a mail server back
            else:
                wake.wait(self.poll_seconds)

    def _deliver(self):
        try:
            return deliver_due(self.app, is_stopping=self._stopping.is_set).is_server_away
        except Exception:  # a locked or restarting database is no reason to leave mails lying for good
            _log.exception("the outbox could not be worked on; trying again in %s s", self.poll_seconds)
            return True

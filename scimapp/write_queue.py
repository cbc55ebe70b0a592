"""Who writes to SQLite next, and how long anybody waits for it.

Writers of one process queue here instead of in SQLite's sleep-and-retry, which is slower and unfair. Whoever has to wait
hears "try again" within ten seconds, whatever it was they waited for. Once somebody has waited in vain the others do not
wait long for a while: they would only hold the threads that answer those who read.
"""

import threading
import time
from contextlib import contextmanager

from sqlalchemy.exc import TimeoutError

QUEUE_SECONDS = 4  # for the other writers of this process
BUSY_SECONDS = 5  # for the writers of other processes
NOTE_SECONDS = 0.2  # for a write that can as well be left out
STUCK_SECONDS = 5


class WriteQueue:
    """The turns of one process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._stuck_until = 0.0  # monotonic seconds

    def is_hurried(self, is_note):
        """Whether a writer should not wait long: it only notes something, or others have just waited in vain."""
        return is_note or time.monotonic() < self._stuck_until

    @contextmanager
    def turn(self, is_hurried):
        """One writer at a time. Raises TimeoutError, as a pool without a free connection does."""
        if not self._lock.acquire(timeout=NOTE_SECONDS if is_hurried else QUEUE_SECONDS):
            self.gave_up(is_hurried)
            raise TimeoutError("other writers were busy for too long")
        try:
            yield
        finally:
            self._lock.release()

    def gave_up(self, is_hurried):
        """Somebody waited in vain; a short wait says nothing."""
        if not is_hurried:
            self._stuck_until = time.monotonic() + STUCK_SECONDS

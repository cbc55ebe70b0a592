"""Who writes to SQLite next, and how long anybody waits for it.

Writers of one process queue here instead of in SQLite's sleep-and-retry, which is slower and unfair. Whoever has to wait
hears "try again" within ten seconds, whatever it was they waited for. Once somebody has waited in vain the others do not
wait long for a while: they would only hold the threads that answer those who read.
"""

import threading
import time

from sqlalchemy.exc import TimeoutError

QUEUE_SECONDS = 4  # for the other writers of this process
BUSY_SECONDS = 5  # for the writers of other processes
NOTE_SECONDS = 0.2  # for a write that can as well be left out
HURRIED_SECONDS = 1  # once others have waited in vain
STUCK_SECONDS = 5  # until they would wait as long as ever again


class WriteQueue:
    """The turns of one process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []  # one for each that waits
        self._stuck_until = 0.0  # monotonic seconds

    def patience(self, is_note):
        """How many seconds a writer may wait when it should not wait as long as usual, else None."""
        if is_note:
            return NOTE_SECONDS
        return HURRIED_SECONDS if time.monotonic() < self._stuck_until else None

    def take_turn(self, seconds):
        """Wait to be the one writer, until ``end_turn``. Raises TimeoutError, as a pool without a free connection does."""
        if self._lock.acquire(blocking=False):
            return
        self._waiting.append(None)
        is_mine = self._lock.acquire(timeout=QUEUE_SECONDS if seconds is None else seconds)
        self._waiting.pop()
        if not is_mine:
            self.gave_up(seconds)
            raise TimeoutError("other writers were busy for too long")

    def is_waited_for(self):
        """Whether others want to write."""
        return bool(self._waiting)

    def end_turn(self):
        """Let the next one write."""
        self._lock.release()

    def gave_up(self, seconds):
        """Somebody waited in vain; a short wait says nothing."""
        if seconds is None:
            self._stuck_until = time.monotonic() + STUCK_SECONDS

    def went_on(self):
        """Somebody writes."""
        self._stuck_until = 0.0

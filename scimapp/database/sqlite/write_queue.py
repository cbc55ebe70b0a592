"""Decides which thread writes to SQLite next, and how long a thread waits for its turn.

Writers of one process queue here instead of in SQLite's sleep-and-retry, which is slower and unfair. A writer that
waits in vain gets "try again" within ten seconds, whatever it waited for. After that, others wait only briefly for a
while: they would only occupy the threads that answer reads.
"""

import threading
import time

from sqlalchemy.exc import TimeoutError

QUEUE_SECONDS = 4  # for the other writers of this process
BUSY_SECONDS = 5  # for the writers of other processes
NOTE_SECONDS = 0.2  # for a write that may be left out
HURRIED_SECONDS = 1  # after another thread has waited in vain
STUCK_SECONDS = 5  # until threads wait the full time again


class WriteQueue:
    """The queue of one process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = []  # one entry per waiting thread
        self._stuck_until = 0.0  # monotonic seconds

    def patience(self, is_note):
        """How many seconds a writer may wait if it is to wait less than usual, else None."""
        if is_note:
            return NOTE_SECONDS
        return HURRIED_SECONDS if time.monotonic() < self._stuck_until else None

    def takes_turn_at_once(self):
        """Whether nobody writes, so that this thread is the one writer now, until ``end_turn``."""
        return self._lock.acquire(blocking=False)

    def take_turn(self, seconds):
        """Wait to become the one writer, until ``end_turn``.

        Raises TimeoutError, as a pool without a free connection does.
        """
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
        """Note that a thread waited in vain; short waits do not count."""
        if seconds is None:
            self._stuck_until = time.monotonic() + STUCK_SECONDS

    def went_on(self):
        """Note that a thread got to write."""
        self._stuck_until = 0.0

"""A few threads of a process serve at once; a further one where one of them waits for something, until that one is back.

Threads that compute together get no more done, for they share one processor and the interpreter's lock. They only take both
from each other, a slice of some milliseconds each time: with eight of them a read of 0.7 ms took ten behind writes, and the
writes twice as long (docs/decisions/0073). But a thread that waits for a database or a slow hash leaves the processor alone,
and nobody has to stand behind it.
"""

import threading
import time

AWAY_SECONDS = 0.02  # busy with one request for so long means: waiting, or as good as that


class Turn:
    """What one thread is doing. It calls ``begin`` and ``end`` around everything it serves."""

    __slots__ = ("_free", "is_stood_in_for", "since")

    def __init__(self, free):
        self._free = free
        self.since, self.is_stood_in_for = None, False

    def begin(self):
        self.since = time.monotonic()

    def end(self):
        """Go on, or wait for the next turn where another thread has taken over."""
        self.since = None
        if self.is_stood_in_for:
            self.is_stood_in_for = False
            self._free.acquire()


class Turns:
    """The turns of the threads of a process, of which ``at_once`` serve."""

    def __init__(self, at_once):
        self._free = threading.Semaphore(at_once)
        self._taken = []

    def take(self):
        """A Turn for the thread that calls, as soon as it is its turn."""
        self._free.acquire()
        turn = Turn(self._free)
        self._taken.append(turn)
        return turn

    def stand_in(self):
        """Give a turn to another thread for each that is away. To be called every AWAY_SECONDS."""
        long_ago = time.monotonic() - AWAY_SECONDS
        for turn in self._taken:
            since = turn.since
            if since is not None and since < long_ago and not turn.is_stood_in_for:
                turn.is_stood_in_for = True
                self._free.release()

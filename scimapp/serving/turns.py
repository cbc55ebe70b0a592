"""Lets a few threads of a process serve at once, and one more for each that is waiting, until that one is back.

Threads that compute at the same time get no more done, because they share one processor and the interpreter's lock.
They only take both from each other in slices of some milliseconds: with eight threads a read of 0.7 ms took ten beside
writes, and the writes took twice as long (docs/decisions/0073). A thread that waits for a database or a slow hash
leaves the processor free, so another one may serve meanwhile.
"""

import threading
import time

AWAY_SECONDS = 0.02  # a thread that is busy with one request for so long counts as waiting
_LONGEST_LOOK = 50  # checks in a row that find a free thread before the first thread stops checking


class Turn:
    """The state of one thread, which calls ``begin`` and ``end`` around everything it serves."""

    __slots__ = ("_turns", "is_benched", "is_stood_in_for", "since")

    def __init__(self, turns):
        self._turns = turns
        self.since, self.is_stood_in_for, self.is_benched = None, False, False

    def begin(self):
        self.since = time.monotonic()
        self._turns.call_for_help()

    def end(self):
        """Go on, or wait for the next turn if another thread has taken over."""
        if self.is_stood_in_for:
            self.is_benched = True
            self.since, self.is_stood_in_for = None, False
            self._turns.free.acquire()
            self.is_benched = False
        self.since = None


class Turns:
    """The turns of the threads of a process; ``at_once`` of them serve at a time.

    ``wake`` is called when no thread waits for requests any more. From then on ``stand_in`` must be called every
    AWAY_SECONDS while ``is_watched`` is true.
    """

    def __init__(self, at_once):
        self.free = threading.Semaphore(at_once)
        self.is_watched, self.wake = False, lambda: None
        self._taken, self._looks = [], 0

    def take(self):
        """Wait until the calling thread may serve, and return its Turn."""
        self.free.acquire()
        turn = Turn(self)
        self._taken.append(turn)
        return turn

    def call_for_help(self):
        """Have the threads watched if all of them are busy."""
        if not self.is_watched and self._are_all_busy():
            self.is_watched = True
            self.wake()

    def stand_in(self):
        """Give a turn to another thread for each that counts as waiting."""
        long_ago = time.monotonic() - AWAY_SECONDS
        for turn in self._taken:
            since = turn.since
            if since is not None and since < long_ago and not turn.is_stood_in_for:
                turn.is_stood_in_for = True
                self.free.release()
        self._looks = 0 if self._are_all_busy() else self._looks + 1
        if self._looks >= _LONGEST_LOOK:
            self._looks, self.is_watched = 0, False
            if self._are_all_busy():  # they became busy just now, while still counting on being watched
                self.is_watched = True

    def _are_all_busy(self):
        return all(turn.since is not None or turn.is_benched for turn in self._taken)

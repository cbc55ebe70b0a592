"""A Postgres server that refuses a connection: it is full, about to begin or to stop, or away until it has begun anew.

The driver gives no SQLSTATE (53300, 57P03 …) for a connection that was not made, and the words of a refusal are in the
language of the server, or those of a proxy before it. So none is read: any refusal may be over in a moment, and one that is
not, such as a wrong password, costs whoever meets it first two seconds.

Whoever is refused gets what others of the process put back. While these have connections everybody may wait for one, as for one of
the pool; where nobody has any, few wait, so that threads are left to say so. Once somebody has waited in vain nobody does for a while.
"""

import threading
import time

import psycopg

NOT_NOW_SECONDS = 2  # to come again
PAUSE_SECONDS = 0.1  # between two times
MOST_WAITING = 4  # half of the threads of a process
HOPELESS_SECONDS = 5  # until somebody waits again, unless a connection was to be had before


class Door:
    """Where the threads of a process come for connections to one server.

    ``spare(seconds)`` is a connection that the process can do without within these, or None; ``in_use()`` how many it has, and
    those who are at the door.
    """

    def __init__(self, spare, in_use):
        self._spare, self._in_use = spare, in_use
        self._lock, self._here, self._waiting = threading.Lock(), 0, 0
        self._hopeless_until = 0.0  # monotonic seconds

    def enter(self, connect):
        """What ``connect()`` returns, or what is spared. Raises psycopg.OperationalError of the last refusal."""
        with self._lock:
            self._here += 1
        try:
            return self._tried(connect)
        finally:
            with self._lock:
                self._here -= 1

    def _tried(self, connect):
        try:
            return self._entered(connect)
        except psycopg.errors.ConnectionTimeout:  # no refusal: see ``silence``
            raise
        except psycopg.OperationalError:
            if (spared := self._spare(0)) is not None:
                self._hopeless_until = 0.0
                return spared
            if not self._may_wait():
                raise
        try:
            return self._waited(connect)
        finally:
            with self._lock:
                self._waiting -= 1

    def _may_wait(self):
        if time.monotonic() < self._hopeless_until:
            return False
        with self._lock:
            if self._waiting >= MOST_WAITING and self._in_use() <= self._here:
                return False
            self._waiting += 1
            return True

    def _waited(self, connect):
        latest = time.monotonic() + NOT_NOW_SECONDS
        while True:
            if (spared := self._spare(PAUSE_SECONDS)) is not None:
                self._hopeless_until = 0.0
                return spared
            try:
                return self._entered(connect)
            except psycopg.errors.ConnectionTimeout:
                raise
            except psycopg.OperationalError:
                if time.monotonic() > latest:
                    self._hopeless_until = time.monotonic() + HOPELESS_SECONDS
                    raise

    def _entered(self, connect):
        connection = connect()
        self._hopeless_until = 0.0
        return connection

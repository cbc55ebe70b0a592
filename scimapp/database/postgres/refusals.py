"""Handles a Postgres server that refuses connections because it is full, starting, stopping or being restarted.

The driver gives no SQLSTATE (53300, 57P03 …) for a connection that was not made, and the message is in the server's language
or from a proxy before it. So it is not interpreted: any refusal may be over in a moment. A lasting one, such as a wrong
password, costs the first thread that meets it two seconds.

A refused thread gets a connection that another thread of the process puts back. While others have connections, every thread
may wait for one, as it would for the pool. If nobody has one, only a few threads wait, so that others remain to answer
"unavailable". After one has waited in vain, nobody waits for a while.
"""

import threading
import time

import psycopg

NOT_NOW_SECONDS = 2  # to keep trying
PAUSE_SECONDS = 0.1  # between two tries
MOST_WAITING = 4  # half of the threads of a process
HOPELESS_SECONDS = 5  # until a thread waits again, unless a connection becomes available before


class Door:
    """Gives the threads of a process connections to one server.

    ``spare(seconds)`` returns a connection that becomes idle within that time, or None. ``in_use()`` is the number in use,
    including the threads at the door.
    """

    def __init__(self, spare, in_use):
        self._spare, self._in_use = spare, in_use
        self._lock, self._here, self._waiting = threading.Lock(), 0, 0
        self._hopeless_until = 0.0  # monotonic seconds

    def enter(self, connect):
        """A connection from ``connect()``, or a spare one. Raises psycopg.OperationalError of the last refusal."""
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
        except psycopg.errors.ConnectionTimeout:  # not a refusal: see ``silence``
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

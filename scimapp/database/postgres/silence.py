"""Detects a Postgres server that has fallen silent: a stopped process, or a frozen machine whose network still acknowledges.

``statement_timeout`` does not help, because the server enforces it, and no connection breaks. So a thread that has
waited ``ASK_SECONDS`` opens a second connection as a probe. A server that is only busy answers it, and the statement
goes on, however long it takes. A server that does not answer is given up for this statement, and for a moment no thread
waits for it: a thread that waits for a silent server cannot answer other requests.
"""

import select
import time
from contextlib import suppress
from functools import partial

import psycopg
from psycopg.waiting import READY_R, WAIT_R

ASK_SECONDS = 4  # of silence before a second connection probes
ANSWER_SECONDS = 2  # for the answer to the probe; libpq's minimum
SILENT_SECONDS = 2  # until a thread tries again; the others get "try again" at once
PROMPT_MS = 100  # an answer within this time is read without looking at clocks; nearly every one is
CANCEL_SECONDS = 5
_SAYS_NOTHING = "the server is there and does not answer"


class Watch:
    """What the threads of a process know of one server. ``connect`` makes connections that give up on a silent server."""

    def __init__(self, door):
        self._door = door
        self._is_suspect = False
        self._silent_until = self._asking_until = 0.0  # monotonic seconds

    def connect(self, *arguments, connect_timeout, **options):
        """A connection. Raises psycopg.OperationalError, immediately while the server is silent or being probed."""
        if self.is_silent() or time.monotonic() < self._asking_until:
            raise psycopg.OperationalError(_SAYS_NOTHING)
        if self._is_suspect:  # other threads need not wait for the same answer
            connect_timeout = ANSWER_SECONDS
            self._asking_until = time.monotonic() + connect_timeout
        try:
            made = partial(PatientConnection.connect, *arguments, connect_timeout=connect_timeout, **options)
            connection = self._door.enter(made)
        except psycopg.errors.ConnectionTimeout:
            self.note_silence()
            raise
        self._is_suspect, self._silent_until, self._asking_until = False, 0.0, 0.0
        connection.watch, connection.address = self, (arguments, options)
        return connection

    def is_silent(self):
        """Whether a thread found a moment ago that the server does not answer."""
        return time.monotonic() < self._silent_until

    def note_silence(self):
        self._is_suspect, self._silent_until = True, time.monotonic() + SILENT_SECONDS


class PatientConnection(psycopg.Connection):
    """A connection that, while it waits, checks whether the server still answers."""

    watch = address = _poll = None

    def wait(self, gen, *arguments, **options):
        if self.watch is None or arguments or options:
            return super().wait(gen, *arguments, **options)
        try:
            wanted = next(gen)
            return super().wait(self._heard(gen, self._awaited(gen, wanted)))
        except StopIteration as end:
            return end.value

    def _awaited(self, gen, wanted):
        """What ``gen`` still waits for once no answer came for a moment. Raises StopIteration where ``gen`` has ended.

        psycopg's own way of waiting and ``_heard`` compute for as long as all the rest of a statement.
        """
        poll = self._poll or self._poll_made()
        try:
            while wanted is WAIT_R and poll(PROMPT_MS):
                wanted = gen.send(READY_R)
        except KeyboardInterrupt:
            with suppress(psycopg.Error):  # as psycopg does: the server must not go on alone
                self.cancel_safe(timeout=CANCEL_SECONDS)
                super().wait(self._heard(gen, wanted))
            raise
        return wanted

    def _poll_made(self):
        answers = select.poll()
        answers.register(self.pgconn.socket, select.POLLIN)
        self._poll = answers.poll
        return self._poll

    def _heard(self, gen, wanted):
        """As ``gen``, which waits for ``wanted``; closes the connection and raises psycopg.OperationalError when the server
        has fallen silent.
        """
        ask_at, pause = time.monotonic() + ASK_SECONDS, ASK_SECONDS
        try:
            while True:
                ready = yield wanted
                if not ready and (self.watch.is_silent() or time.monotonic() > ask_at):
                    self._ask(gen)
                    pause *= 2
                    ask_at = time.monotonic() + pause
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _ask(self, gen):
        if not self.watch.is_silent():
            arguments, options = self.address
            try:
                psycopg.connect(*arguments, **options, connect_timeout=ANSWER_SECONDS).close()
                return
            except psycopg.errors.ConnectionTimeout:
                self.watch.note_silence()
            except psycopg.OperationalError:
                return  # a refusal is an answer too: too many connections, just starting
        gen.close()
        self.pgconn.finish()
        raise psycopg.OperationalError(_SAYS_NOTHING)

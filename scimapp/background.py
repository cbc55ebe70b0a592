"""A thread that does one kind of work in a server process: woken by a bell, and polling every few seconds.

Gunicorn starts these in each of its processes (``gunicorn_conf``). Creating an application starts none: commands must not do
such work on the side, and a thread made before a fork would not exist in the child.
"""

import logging
import threading
import time

POLL_SECONDS = 5  # finds work of other processes, and work whose pause after a failure is over
STOP_SECONDS = 5  # the next process repeats work that is cut off
WORKED_SECONDS, PAUSE_SECONDS = 0.0015, 0.001
_log = logging.getLogger("scimapp.background")


class Background:
    """Calls ``work`` until ``stop``. ``work`` returns True if only waiting helps and a bell does not."""

    away = ()  # exceptions of a database that does not answer: a line of the log each time, and no way through the code

    def __init__(self, app, *, name, bell, poll_seconds=POLL_SECONDS):
        self.app, self.poll_seconds = app, poll_seconds
        self._name, self._bell = name, bell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self.run, name=name, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def ask_to_stop(self):
        """Let the loop end after the current work, without waiting for it."""
        self._stopping.set()
        self._bell.set()

    def stop(self, seconds=STOP_SECONDS):
        """End the loop after the current work; waits at most ``seconds``."""
        self.ask_to_stop()
        self._thread.join(seconds)

    def run(self):
        """Work, then wait for a bell or the next poll. Survives any exception of a round."""
        while not self._stopping.is_set():
            self._bell.clear()  # before looking for work: later work rings again
            if self._round():
                self._stopping.wait(self.poll_seconds)
            else:
                self._bell.wait(self.poll_seconds)

    def work(self):
        """Do one round of work; subclasses implement it."""
        raise NotImplementedError

    def _round(self):
        try:
            return self.work()
        except Exception as error:  # the thread must go on with later work
            level, way = (logging.WARNING, None) if isinstance(error, self.away) else (logging.ERROR, error)
            first_line = str(error).partition("\n")[0]
            told = (self._name, self.poll_seconds, first_line)
            _log.log(level, "%s could not work; trying again in %s s: %s", *told, exc_info=way)
            return True


def giving_way(things):
    """``things``, one after the other, with a short sleep whenever the work on them took WORKED_SECONDS.

    A serving thread gets the interpreter's lock from a computing one only after five milliseconds, each time that it
    has released it, which happens several times a request. Do not use it inside a transaction that writes.
    """
    since = time.thread_time()
    for thing in things:
        yield thing
        if time.thread_time() - since >= WORKED_SECONDS:
            time.sleep(PAUSE_SECONDS)
            since = time.thread_time()

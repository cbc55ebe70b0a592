"""A thread that does one kind of work in a server process: woken by a bell, looking by itself every few seconds.

Gunicorn starts these in each of its processes (``gunicorn_conf``). Making an application starts nothing: commands must
not work in passing, and a thread made before a fork would not exist in the child.
"""

import logging
import threading
import time

POLL_SECONDS = 5  # other processes leave work too, and pauses after failures end
STOP_SECONDS = 5  # what is cut off is done again by the next process
WORKED_SECONDS, PAUSE_SECONDS = 0.0015, 0.001
_log = logging.getLogger("scimapp.background")


class Background:
    """Calls ``work`` until ``stop``; ``work`` returns True when a bell would not help and only time does."""

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
        """Let the loop end after the work in hand, without waiting for it."""
        self._stopping.set()
        self._bell.set()

    def stop(self, seconds=STOP_SECONDS):
        """End the loop after the work in hand; waits ``seconds`` at most."""
        self.ask_to_stop()
        self._thread.join(seconds)

    def run(self):
        """Work, then wait for a bell or the next look. Survives whatever a round raises."""
        while not self._stopping.is_set():
            self._bell.clear()  # before looking: what is left from here on rings again
            if self._round():
                self._stopping.wait(self.poll_seconds)
            else:
                self._bell.wait(self.poll_seconds)

    def work(self):
        """One round; subclasses say what it is."""
        raise NotImplementedError

    def _round(self):
        try:
            return self.work()
        except Exception as error:  # no reason to leave work lying for good
            level, way = (logging.WARNING, None) if isinstance(error, self.away) else (logging.ERROR, error)
            told, words = "%s could not work; trying again in %s s: %s", str(error).partition("\n")[0]
            _log.log(level, told, self._name, self.poll_seconds, words, exc_info=way)
            return True


def giving_way(things):
    """``things``, one after the other, with a short sleep whenever the work on them took WORKED_SECONDS.

    Threads that serve take the interpreter's lock from one that computes only after five milliseconds, each time that they
    let go of it for a moment, and they do so several times a request. Not for use inside a transaction that writes.
    """
    since = time.thread_time()
    for thing in things:
        yield thing
        if time.thread_time() - since >= WORKED_SECONDS:
            time.sleep(PAUSE_SECONDS)
            since = time.thread_time()

"""A gunicorn worker whose threads wait for whole requests at one epoll and answer them.

The threaded worker of gunicorn hands a connection to a thread at its first byte, and the thread waits for the rest. A
few dozen clients that send a byte now and then occupy all threads, and nobody else is served. Its loop and its threads
also wake each other twice per request, which costs as much as Flask does (docs/decisions/0063).

Here threads wait at one epoll, a few at a time (``turns``). It wakes one of them for a connection with something to
read. That thread reads what is there and answers if the request is whole; otherwise it puts the connection back.
Nothing is handed from thread to thread, and no thread waits for a client: the rest of an answer that a client does not
take waits at the epoll too. gunicorn still parses the requests and frames the answers.
"""

import errno
import logging
import os
import select
import socket
import sys
import threading
import time
from contextlib import suppress

from gunicorn import util

from .answers import AnsweringWorker
from .connections import ANSWER_SECONDS, ClientSocket, Connection, is_farewell
from .shares import Shares
from .turns import AWAY_SECONDS, Turns

REQUEST_SECONDS = 20  # for a whole request, however its bytes are spread
LINGER_SECONDS = 2  # for a client to close, or for a request that was arriving when the worker began to stop
ROUND_SECONDS = 1.0
MOST_HELD = 64 * 1024 * 1024  # bytes of unfinished requests and answers in one process
_READ = 256 * 1024
_ONCE = select.EPOLLIN | select.EPOLLONESHOT
_IN_TURN = _ONCE | select.EPOLLOUT  # as soon as a thread is free, after all others that wait for one
_TAKES_MORE = select.EPOLLOUT | select.EPOLLONESHOT
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger("scimapp.server")


class PatientWorker(AnsweringWorker):
    """Serves with ``threads`` threads. The first thread of the process only watches the time, signals and other threads.

    Before the process starts, ``turns`` may be replaced, so that fewer threads serve at once, and ``share``, so that
    processes share connections evenly.
    """

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self._waiting = {}  # file number → Connection; the thread that pops one owns it
        self._listeners, self._resting = {}, set()  # by file number; listeners not armed at the epoll
        self._lock = threading.Lock()  # for the two counts
        self._connections = self._held_bytes = 0
        self.turns = Turns(self.cfg.threads)
        self.share = Shares(1).at(0)

    @classmethod
    def check_config(cls, cfg, _log):
        """Refuse settings that this worker does not support."""
        if cfg.is_ssl:
            sys.exit("scimapp cannot start: TLS ends at a proxy in front (docs/deployment.md), not in gunicorn.")

    def init_process(self):
        self._epoll = select.epoll()
        super().init_process()

    def run(self):
        for listener in self.sockets:
            listener.setblocking(False)
            self._listeners[listener.fileno()] = listener.sock
            self._epoll.register(listener.fileno(), _ONCE)
        self.turns.wake = self.wake
        self.share.tell(0)
        for _ in range(self.cfg.threads):
            threading.Thread(target=self._serve, daemon=True).start()
        while self.alive and self.ppid == os.getppid():
            self._watch(ROUND_SECONDS)
        self._stop()

    # The first thread

    def _watch(self, seconds):
        """Notify gunicorn, wait, and close connections whose deadline has passed."""
        self.notify()
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            pause = AWAY_SECONDS if self.turns.is_watched else end - now
            is_woken, _, _ = select.select([self.PIPE[0]], (), (), pause)
            if is_woken:  # by a signal, all threads busy, a worker that served enough
                os.read(self.PIPE[0], 4096)
                break
            if self.turns.is_watched:
                self.turns.stand_in()
        for number in [number for number, conn in list(self._waiting.items()) if conn.deadline <= now]:
            conn = self._waiting.pop(number, None)
            if conn is not None and conn.deadline <= now and not conn.has_sent_a_request():
                self._close(conn)
            elif conn is not None:  # all threads are busy; or a new one that got the file number of one closed since
                self._wait(conn, conn.awaited)
        self._listen_again()

    def _stop(self):
        """Accept no more connections and let the open ones end."""
        self.alive = False
        with self._lock:
            self.share.leave()
        for number, listener in self._listeners.items():
            self._epoll.unregister(number)
            listener.close()
        self._listeners = {}
        linger, end = (time.monotonic() + seconds for seconds in (LINGER_SECONDS, self.cfg.graceful_timeout))
        while self._connections and time.monotonic() < end:
            for conn in list(self._waiting.values()):
                conn.deadline = min(conn.deadline, linger)
            self._watch(ROUND_SECONDS / 10)

    # The threads that serve

    def _serve(self):
        turn = self.turns.take()
        while True:
            for number, _ in self._epoll.poll(maxevents=1):
                try:
                    turn.begin()
                    if listener := self._listeners.get(number):
                        self._accept(listener)
                    elif conn := self._waiting.pop(number, None):
                        self._attend(conn)
                except Exception:  # the thread survives any error
                    _log.exception("a connection could not be taken care of")
                turn.end()

    def _accept(self, listener):
        number = listener.fileno()
        if self._connections >= self.cfg.worker_connections:
            self._resting.add(number)
            return
        self.share.let_others_come_first()
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _FULL:
                self._resting.add(number)
            else:
                self._arm(number)
            return
        self._arm(number)
        conn = Connection(self.settings, ClientSocket(client.detach()), address)
        self._count(1)
        conn.deadline = time.monotonic() + REQUEST_SECONDS
        self._attend(conn)  # most requests come with the connection

    def _attend(self, conn):
        """Read what has arrived and answer whole requests; then put the connection back or close it."""
        try:
            if conn.sock.unsent:
                self._goes_on(conn, conn.sock.send_on())
            elif conn.is_ready or self._takes(conn):
                conn.is_ready = False
                self._hold(conn, 0)
                conn.is_kept = self.answer(conn)
                self._goes_on(conn, not conn.sock.unsent)
        except Exception as error:
            if not is_farewell(error):
                _log.exception("a connection was lost")
            self._close(conn)

    def _takes(self, conn):
        """Read what has arrived.

        Returns whether a request can be answered; if not, the connection was put back or closed.
        """
        try:
            part = conn.sock.recv(_READ, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._wait(conn)
            return False
        if not part:  # closed by the client; half a request is dropped
            self._close(conn)
        elif conn.is_ending:
            self._wait(conn)
        elif conn.collected.takes(part):
            return True
        elif conn.collected.is_empty:
            self._wait(conn)  # as long as before: no request has begun
        else:
            self._wait_for_more(conn, len(part))
        return False

    def _wait_for_more(self, conn, size):
        """Put back a connection with a part of a request, of which ``size`` bytes have just arrived."""
        if not conn.held_bytes:
            conn.deadline = time.monotonic() + REQUEST_SECONDS
        if not self._hold(conn, conn.held_bytes + size):
            self._close(conn)
            return
        if conn.collected.awaits_permission():
            conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._wait(conn)

    def _goes_on(self, conn, is_sent):
        """Go on after an answer. The next request may have arrived already, in part or as a whole."""
        if not is_sent:
            if self._hold(conn, len(conn.sock.unsent)):
                conn.deadline = time.monotonic() + ANSWER_SECONDS
                self._wait(conn, _TAKES_MORE)
                return
            conn.sock.send_out()
        self._hold(conn, 0)
        if not conn.is_kept:
            conn.sock.shutdown(socket.SHUT_WR)  # closing could lose the answer by a reset
            conn.is_ending, conn.deadline = True, time.monotonic() + LINGER_SECONDS
            self._wait(conn)
            return
        rest = conn.parser.unreader.take_buffered()
        conn.is_ready = bool(rest) and conn.collected.takes(rest)
        if not (conn.is_ready or conn.collected.is_empty):
            self._wait_for_more(conn, len(rest))
            return
        conn.deadline = time.monotonic() + (self.settings.keepalive if self.alive else LINGER_SECONDS)
        self._wait(conn, _IN_TURN if conn.is_ready else _ONCE)

    # What all threads do

    def _wait(self, conn, events=_ONCE):
        """Put a connection back among those that wait for something to read."""
        number = conn.sock.fileno()
        is_watched, conn.is_watched, conn.awaited = conn.is_watched, True, events
        self._waiting[number] = conn
        (self._epoll.modify if is_watched else self._epoll.register)(number, events)

    def _count(self, more):
        """Note ``more`` connections, or one less."""
        with self._lock:
            self._connections += more
            if self.alive:
                self.share.tell(self._connections)

    def _hold(self, conn, size):
        """Note how many bytes wait with a connection. Returns whether all connections together are within ``MOST_HELD``."""
        if size != conn.held_bytes:
            with self._lock:
                self._held_bytes += size - conn.held_bytes
            conn.held_bytes = size
        return self._held_bytes <= MOST_HELD

    def _close(self, conn):
        if conn.sock.fileno() < 0:
            return
        self._hold(conn, 0)
        self._waiting.pop(conn.sock.fileno(), None)
        util.close(conn.sock)
        self._count(-1)
        self._listen_again()

    def _listen_again(self):
        with suppress(KeyError):  # the last one was taken, perhaps by another thread
            while True:
                self._arm(self._resting.pop())

    def _arm(self, number):
        with suppress(OSError):  # closed: the worker stops
            self._epoll.modify(number, _ONCE)

"""One epoll loop that plays clients. Each follows a script and sends its next request after the last answer.

A script is a generator that yields the bytes of a request and is sent the Answer. It checks the answer and raises Wrong if it
is not right. A chain of calls (find, create, add to a group) therefore reads from top to bottom, and no answer goes unread.
"""

import contextlib
import select
import socket
import time
from dataclasses import dataclass, field

from .wire import Incoming

ANSWER_SECONDS = 120  # no answer within it is a fault
PATIENCE = 20
_PIECE = 1 << 18


class Wrong(Exception):
    """A wrong answer; the text says what came."""


@dataclass(slots=True)
class Slice:
    """Measurements of one stretch of load. Times are seconds."""

    seconds: float = 0.0
    waits: list = field(default_factory=list)  # of each client, for each of its answers
    processor: float = 0.0  # CPU time of the server, meanwhile and afterwards for these calls
    database: float = 0.0  # the same for a database with its own processes
    complaint: str = ""
    requests: int = 0

    @property
    def latencies(self):
        return [wait for waits in self.waits for wait in waits]

    def add(self, piece):
        """Let another piece of the same stretch count as part of this one."""
        self.seconds, self.requests = self.seconds + piece.seconds, self.requests + piece.requests
        self.processor, self.waits = self.processor + piece.processor, self.waits + piece.waits
        self.complaint = self.complaint or piece.complaint


class _Client:
    def __init__(self, port, script):
        self.script, self.incoming, self.outgoing = script, Incoming(), memoryview(b"")
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.asked_at, self.waits, self.answer = 0.0, [], None
        self.request, self.is_done = None, False  # what it asks next, where a piece ended before

    def ask(self):
        self.outgoing, self.request, self.asked_at = memoryview(self.request), None, time.perf_counter()
        return self.push()

    def push(self):
        """Send what can be sent; return whether everything was sent."""
        with contextlib.suppress(BlockingIOError):
            while self.outgoing:
                self.outgoing = self.outgoing[self.socket.send(self.outgoing) :]
        return not self.outgoing


def drive(players, seconds, most=None, clock=time.perf_counter):
    """Play scripts for ``seconds`` or until ``most`` answers have come; returns a Slice (see ``Callers``)."""
    with Callers(players) as callers:
        return callers.play(seconds, most, clock)


class Callers:
    """Clients with their connections, who play their scripts in one piece or in several with pauses between.

    ``players`` are ``(port, script)``, one for each client. A client ends with its script.
    """

    def __init__(self, players):
        self._clients, self._poll = {}, select.epoll()
        try:
            for port, script in players:
                client = _Client(port, script)
                self._clients[client.socket.fileno()] = client
                self._poll.register(client.socket, select.EPOLLIN)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the scripts and the connections."""
        self._poll.close()
        for client in self._clients.values():
            client.script.close()
            client.socket.close()

    @property
    def are_done(self):
        """Whether all scripts have ended."""
        return all(client.is_done for client in self._clients.values())

    def play(self, seconds, most=None, clock=time.perf_counter):
        """Play on for ``seconds`` or until ``most`` answers have come; returns a Slice. All answers have come then.

        ``clock`` tells the seconds. If it is a server's CPU time, a busy machine makes a stretch longer, up to PATIENCE
        times, and not emptier. Every client gets at least one answer.
        """
        clients = self._clients
        for client in clients.values():
            client.waits = []
        came = Slice(0.0, [client.waits for client in clients.values()])
        began, clock_began = time.perf_counter(), clock()

        def is_over():
            if came.complaint or (most is not None and came.requests >= most):
                return True
            return clock() - clock_began >= seconds or time.perf_counter() - began >= PATIENCE * seconds

        try:
            busy = sum(_goes_on(self._poll, client, came) for client in clients.values() if not client.is_done)
            while busy:
                events = self._poll.poll(ANSWER_SECONDS)
                if not events:
                    raise OSError(f"no answer in {ANSWER_SECONDS} s")
                busy -= sum(_ends(self._poll, clients[number], event, came, is_over) for number, event in events)
        except OSError as problem:
            came.complaint = came.complaint or str(problem) or type(problem).__name__
        came.seconds = time.perf_counter() - began
        return came


def _goes_on(poll, client, came):
    """Send what a client asks first, or what it would have asked when the last piece ended; return whether it was sent."""
    if client.request is None:
        return _asks(poll, client, came)
    _send(poll, client)
    return True


def _ends(poll, client, event, came, is_over):
    """Send and read what can be; return whether the client asks nothing more in this piece."""
    if event & select.EPOLLOUT and client.push():
        poll.modify(client.socket, select.EPOLLIN)
    return bool(event & ~select.EPOLLOUT) and _answered(client, came) and not _asks(poll, client, came, is_over)


def _asks(poll, client, came, is_over=lambda: False):
    """Give a script its answer and send its next request, unless it is over; return whether one was sent.

    If one client had a wrong answer, the others still receive theirs: what they asked for has happened.
    """
    try:
        over, client.request = is_over(), client.script.send(client.answer)
    except (StopIteration, Wrong) as ended:
        if isinstance(ended, Wrong):
            came.complaint = came.complaint or str(ended)
        client.is_done = True
        poll.unregister(client.socket)
        return False
    if not over:
        _send(poll, client)
    return not over


def _send(poll, client):
    if not client.ask():
        poll.modify(client.socket, select.EPOLLIN | select.EPOLLOUT)


def _answered(client, came):
    """Read what is there; return whether an answer is whole (kept on the client)."""
    piece = client.socket.recv(_PIECE)
    if not piece:
        raise OSError("the server closed the connection")
    client.answer = client.incoming.add(piece)
    if client.answer is None:
        return False
    client.waits.append(time.perf_counter() - client.asked_at)
    came.requests += 1
    return True

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

    seconds: float
    waits: list = field(default_factory=list)  # of each client, for each of its answers
    processor: float = 0.0  # CPU time of the server, meanwhile and afterwards for these calls
    database: float = 0.0  # the same for a database with its own processes
    complaint: str = ""
    requests: int = 0

    @property
    def latencies(self):
        return [wait for waits in self.waits for wait in waits]


class _Client:
    def __init__(self, port, script):
        self.script, self.incoming, self.outgoing = script, Incoming(), memoryview(b"")
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.asked_at, self.waits, self.answer = 0.0, [], None

    def ask(self, request):
        self.outgoing, self.asked_at = memoryview(request), time.perf_counter()
        return self.push()

    def push(self):
        """Send what can be sent; return whether everything was sent."""
        with contextlib.suppress(BlockingIOError):
            while self.outgoing:
                self.outgoing = self.outgoing[self.socket.send(self.outgoing) :]
        return not self.outgoing


def drive(players, seconds, most=None, clock=time.perf_counter):
    """Play scripts for ``seconds`` or until ``most`` answers have come; returns a Slice.

    ``players`` are ``(port, script)``, one for each client. ``clock`` tells the seconds. If it is a server's CPU time, a
    busy machine makes a stretch longer, up to PATIENCE times, and not emptier. Every client gets at least one answer.
    A client ends with its script.
    """
    clients = {}
    poll = select.epoll()
    try:
        for port, script in players:
            client = _Client(port, script)
            clients[client.socket.fileno()] = client
            poll.register(client.socket, select.EPOLLIN)
        return _play(poll, clients, seconds, most, clock)
    finally:
        poll.close()
        for client in clients.values():
            client.socket.close()


def _play(poll, clients, seconds, most, clock):
    came = Slice(0.0, [client.waits for client in clients.values()])
    began, clock_began = time.perf_counter(), clock()

    def is_over():
        if came.complaint or (most is not None and came.requests >= most):
            return True
        return clock() - clock_began >= seconds or time.perf_counter() - began >= PATIENCE * seconds

    try:
        busy = sum(_asks(poll, client, came) for client in clients.values())
        while busy:
            events = poll.poll(ANSWER_SECONDS)
            if not events:
                raise OSError(f"no answer in {ANSWER_SECONDS} s")
            busy -= sum(_ends(poll, clients[number], event, came, is_over) for number, event in events)
    except OSError as problem:
        came.complaint = came.complaint or str(problem) or type(problem).__name__
    came.seconds = time.perf_counter() - began
    for client in clients.values():
        client.script.close()
    return came


def _ends(poll, client, event, came, is_over):
    """Send and read what can be; return whether the client has nothing more to ask."""
    if event & select.EPOLLOUT and client.push():
        poll.modify(client.socket, select.EPOLLIN)
    if event & ~select.EPOLLOUT and _answered(client, came) and not _asks(poll, client, came, is_over):
        poll.unregister(client.socket)
        return True
    return False


def _asks(poll, client, came, is_over=lambda: False):
    """Give a script its answer and send its next request, unless it is over; return whether one was sent.

    If one client had a wrong answer, the others still receive theirs: what they asked for has happened.
    """
    try:
        over, request = is_over(), client.script.send(client.answer)
    except StopIteration:
        return False
    except Wrong as problem:
        came.complaint = came.complaint or str(problem)
        return False
    if not over and not client.ask(request):
        poll.modify(client.socket, select.EPOLLIN | select.EPOLLOUT)
    return not over


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

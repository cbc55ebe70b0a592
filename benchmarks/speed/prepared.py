"""A load that costs little beside its server: requests made before, and whole answers compared with those that came before.

Scripts (``load``) look into every answer, which takes a tenth of what a read costs; where the load shares the server's cores, that is
measured as the server's slowness. Here each request was asked once by a script that looked, and everything but the moment and
the number of the request has to come again, byte for byte.
"""

import re
import select
import socket
import time
from dataclasses import dataclass

from .load import ANSWER_SECONDS, Wrong, drive
from .operations import Caller

_CHANGES = re.compile(rb"(?im)^(?:date|x-request-id): ([^\r]*)")
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request, and its answer as ``(place, bytes)`` of what has to come again."""

    request: bytes
    length: int
    parts: tuple

    def fits(self, answer):
        """Whether an answer is the one that came before."""
        if len(answer) != self.length:
            return False
        return all(answer.startswith(part, place) for place, part in self.parts)


@dataclass(slots=True)
class Asked:
    """What came of a stretch: elapsed ``seconds``, and CPU seconds of the load itself."""

    requests: int = 0
    seconds: float = 0.0
    own: float = 0.0
    complaint: str = ""


def prepare(step, target, server, count):
    """``count`` Prepared of a step that asks one thing and checks its answer. Raises Wrong."""
    made, caller = [], Caller(target)

    def script():
        for _ in range(count):
            asking = step(caller)
            request = next(asking)
            answer = yield request
            try:
                asking.send(answer)
            except StopIteration:
                made.append(_prepared(request, answer))

    came = drive([(server.port, script())], ANSWER_SECONDS)
    if came.complaint:
        raise Wrong(came.complaint)
    return made


def _prepared(request, answer):
    parts, place = [], 0
    for change in _CHANGES.finditer(answer.head):
        parts.append((place, answer.head[place : change.start(1)]))
        place = change.end(1)
    parts.append((place, answer.head[place:] + answer.body))
    return Prepared(request, len(answer.head) + len(answer.body), tuple(parts))


def ask(port, prepared, clients, seconds):
    """Ask in turn with so many ``clients`` on connections of their own; returns Asked."""
    came, poll = Asked(), select.epoll()
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) for _ in range(clients)]
    try:
        waiting = {}
        began, computed = time.perf_counter(), time.process_time()
        for number, one in enumerate(sockets):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poll.register(one, select.EPOLLIN)
            waiting[one.fileno()] = [one, prepared[number % len(prepared)], b""]
            one.sendall(prepared[number % len(prepared)].request)
        _play(poll, waiting, prepared, began + seconds, came)
        came.seconds, came.own = time.perf_counter() - began, time.process_time() - computed
    finally:
        poll.close()
        for one in sockets:
            one.close()
    return came


def _play(poll, waiting, prepared, until, came):
    """Take answers and ask the next until ``until``; then take those that are still to come."""
    following, count, busy = len(waiting), len(prepared), len(waiting)
    while busy:
        is_over = time.perf_counter() >= until
        events = poll.poll(ANSWER_SECONDS)
        if not events:
            came.complaint = f"no answer in {ANSWER_SECONDS} s"
            return
        for number, _ in events:
            place = waiting[number]
            connection, asked, answer = place
            piece = connection.recv(_PIECE)
            answer = answer + piece if answer else piece
            if len(answer) < asked.length and piece:
                place[2] = answer
                continue
            if not asked.fits(answer):
                came.complaint = f"not as before: {answer[:200].decode(errors='replace')}"
                return
            came.requests += 1
            if is_over:
                busy -= 1
                poll.unregister(number)
                continue
            place[1], place[2] = asked, _ = prepared[following % count], b""
            following += 1
            connection.sendall(asked.request)

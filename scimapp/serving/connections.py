"""A client's connection in the worker: the bytes of a request received so far, and those of an answer still to send."""

import errno
import socket
import struct

from gunicorn import util
from gunicorn.http import wsgi

from .known_lines import Parser
from .unread_requests import LOOKED_AT
from .whole_requests import LONGEST_BODY, Collected

ANSWER_SECONDS = 30  # for the client to take a part of an answer
_FAREWELLS = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EAGAIN, errno.ETIMEDOUT)
_JOINED = 64 * 1024  # bytes of a body that are copied behind the head rather than sent beside it
_UNWAITING = int(socket.MSG_DONTWAIT)  # as an enum it would take microseconds each time


def is_farewell(error):
    """Whether an error only means that the client is gone or has stopped reading."""
    return isinstance(error, OSError) and error.errno in _FAREWELLS


class ClientSocket(socket.socket):
    """A socket that holds back the head of an answer until its body comes, and keeps what the client does not take at once.

    ``unsent`` is the rest of an answer, which ``send_on`` sends as the client takes it, so a slow reader keeps no thread
    waiting. Only the pieces of an answer that comes in pieces wait until the one before is sent.
    """

    def __init__(self, fileno):
        super().__init__(fileno=fileno)
        self._head = None  # b"": the next piece is a head; None: pieces go out as they come
        self.unsent = b""
        self.settimeout(None)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", ANSWER_SECONDS, 0))

    def expect_head(self):
        """Treat the next bytes sent as the head of an answer."""
        self._head = b""

    def sendall(self, data, *_flags):
        if self._head is None:
            self._put(data)
        elif not self._head:
            self._head = data
        else:
            head, self._head = self._head, None
            if len(data) > _JOINED:
                self._put_both(head, data)
            else:
                self._put(head + data)

    def sendfile(self, file, offset=0, count=None):
        file.seek(offset)
        data = file.read() if count is None else file.read(count)
        self.sendall(data)
        return len(data)

    def takes_back(self):
        """Drop a head that is held back. Returns whether nothing of the answer has been sent."""
        is_kept, self._head = self._head is not None, None
        return is_kept

    def settle(self):
        """Send a held head that has no body."""
        head, self._head = self._head, None
        if head:
            self._put(head)

    def send_on(self):
        """Send more of ``unsent``. Returns whether all of it is sent."""
        rest, self.unsent = self.unsent, b""
        self._put(rest)
        return not self.unsent

    def send_out(self):
        """Wait until all is sent. Some bytes must go out in every ``ANSWER_SECONDS``."""
        rest, self.unsent = self.unsent, b""
        super().sendall(rest)

    def _put_both(self, head, data):
        """Put both, without copying the data unless the client does not even take the head."""
        if self.unsent:
            self.send_out()
        try:
            sent = self.sendmsg((head, data), (), _UNWAITING)
        except BlockingIOError:
            sent = 0
        if sent < len(head):
            self._put(head[sent:] + data)
        elif sent < len(head) + len(data):
            self._put(memoryview(data)[sent - len(head) :])

    def _put(self, data):
        if self.unsent:
            self.send_out()
        sent = 0
        try:
            while sent < len(data):
                sent += self.send(memoryview(data)[sent:] if sent else data, _UNWAITING)
        except BlockingIOError:
            self.unsent = memoryview(data)[sent:]


class Connection:
    """One client: ``sock``, both addresses, gunicorn's parser, and the request being received.

    ``deadline``: monotonic seconds until which it may wait. ``held_bytes``: how many wait with it. ``is_ready``: a
    whole request is collected. ``is_ending``: the last answer is sent, and further input is discarded until the client
    closes. ``is_kept``: it can be used again after the current answer. ``is_watched``: it is registered at the epoll,
    ``awaited`` being the events it waits for. ``beginning``: the first bytes of the last request.
    """

    __slots__ = (
        "_addresses", "address", "awaited", "beginning", "collected", "deadline", "held_bytes", "is_ending", "is_kept",
        "is_ready", "is_watched", "parser", "sock",
    )  # fmt: skip

    def __init__(self, settings, sock, address):
        self.sock, self.address = sock, address
        here = _named("SERVER_NAME", "SERVER_PORT", sock.getsockname())
        self._addresses = _named("REMOTE_ADDR", "REMOTE_PORT", address) | here
        self.parser = Parser(settings, sock, address)
        self.collected, self.held_bytes, self.deadline, self.beginning = Collected(), 0, 0.0, b""
        self.awaited = 0
        self.is_ending = self.is_kept = self.is_ready = self.is_watched = False

    def has_sent_a_request(self):
        """Whether one waits for a thread, at least its beginning, of which no thread has read anything by now.

        That it waits is not the client's fault, so its connection is not an idle one.
        """
        if self.is_ready:
            return True
        if self.is_ending or self.held_bytes or self.sock.unsent:
            return False
        try:
            return bool(self.sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except OSError:  # nothing has come, or the client is gone
            return False

    def next_request(self):
        """The collected bytes, parsed by gunicorn. Raises the parser's errors for bytes that are not a request."""
        raw = self.collected.give()
        self.beginning = raw[:LOOKED_AT]
        self.parser.unreader.unread(raw)
        request = next(self.parser)
        self.collected.known = self.parser.unreader.known
        return request

    def step_over_body(self):
        """Skip the part of the body that the application did not read."""
        self.parser.mesg.body.read(LONGEST_BODY)

    def environ(self, request, base):
        """The WSGI environ of a request (PEP 3333); ``base`` holds what all requests of the process share."""
        known = request.known
        fields = known and known.environ
        if fields is None:
            fields = base | self._addresses | {"gunicorn.socket": self.sock, "SCRIPT_NAME": ""} | _told(request.headers)
            if known is not None:
                known.environ = fields
        return fields | {
            "wsgi.input": request.body,
            "wsgi.url_scheme": request.scheme,
            "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.query,
            "RAW_URI": request.uri,
            "SERVER_PROTOCOL": f"HTTP/{request.version[0]}.{request.version[1]}",
            "PATH_INFO": util.unquote_to_wsgi_str(request.path),
        }


def base_environ(settings):
    """The part of the environ that all requests share."""
    return wsgi.base_environ(settings) | {"wsgi.multithread": True}


def _told(headers):
    """Header fields in the form of the environ. The parser refuses "_" in names, so no two names become one."""
    told = {}
    for name, value in headers:
        key = name.replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        told[key] = f"{told[key]},{value}" if key in told else value
    return told


def _named(host, port, address):
    """An address in the form of the environ; a Unix socket has no host."""
    if isinstance(address, tuple):
        return {host: address[0], port: str(address[1])}
    return {host: "", port: ""}

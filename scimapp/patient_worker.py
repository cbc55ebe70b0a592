"""A gunicorn worker whose threads meet whole requests only.

The threaded worker of gunicorn hands a connection to a thread with its first byte, and the thread waits for the rest.
A few dozen clients that send a byte now and then hold all threads, and nobody else is served. Here the loop that waits
for all connections at once also collects their requests, as a buffering proxy does; a thread gets one when it is whole.
A client has ``REQUEST_SECONDS`` for a request, however it spreads the bytes, and ``ANSWER_SECONDS`` to take a part of
the answer.
"""

import selectors
import socket
import struct
import sys
import time

from gunicorn.workers.gthread import TConn, ThreadWorker

from .whole_requests import LONGEST_BODY, Collected

REQUEST_SECONDS = 20
ANSWER_SECONDS = 30
MOST_HELD = 64 * 1024 * 1024  # bytes of requests that one process holds before a thread has seen to them
_READ = 256 * 1024


class PatientWorker(ThreadWorker):
    """``gthread`` with the requests collected before a thread is taken. All but ``handle`` runs in the one loop."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.held = 0

    @classmethod
    def check_config(cls, cfg, log):
        super().check_config(cfg, log)
        if cfg.is_ssl:
            sys.exit("scimapp cannot start: TLS ends at a proxy in front (docs/deployment.md), not in gunicorn.")

    def accept(self, listener):
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", ANSWER_SECONDS, 0))
        client.setblocking(False)
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.collected, conn.held = Collected(), 0
        self._wait(conn)
        self.on_pending_socket_readable(conn, client)  # most requests come with the connection

    def on_client_socket_readable(self, conn, client):
        """The next request of a kept connection begins."""
        self.keepalived_conns.remove(conn)
        self.poller.unregister(client)
        self._wait(conn)
        self.on_pending_socket_readable(conn, client)

    def on_pending_socket_readable(self, conn, client):
        """A part of a request has come."""
        try:
            part = client.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:  # closed by the client; half a request is none
            self._let_go(conn)
        elif self._collects(conn, part):
            self.pending_conns.remove(conn)
            self.poller.unregister(client)
            super().enqueue_req(conn)
        elif self.held > MOST_HELD:
            self._let_go(conn)
        elif conn.collected.awaits_permission():
            self._permit(conn, client)

    def enqueue_req(self, conn):
        """What a client sent behind its last request was read with that already, and may not be whole either."""
        if self._collects(conn, conn.parser.unreader.take_buffered()):
            super().enqueue_req(conn)
        else:
            conn.sock.setblocking(False)
            self._wait(conn)

    def handle(self, conn):
        conn.sock.setblocking(True)
        conn.init()
        conn.came_whole = conn.collected.is_whole
        conn.parser.unreader.unread(conn.collected.give())
        return super().handle(conn)

    def finish_request(self, conn, fs):
        self._release(conn)
        super().finish_request(conn, fs)

    def _keepalive_after(self, conn, keepalive):
        """Step over a body that the application did not want, however long: it is here, so the connection can be kept."""
        if keepalive and conn.came_whole:
            conn.parser.mesg.body.read(LONGEST_BODY)
        return super()._keepalive_after(conn, keepalive)

    def murder_pending(self):
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            self._let_go(self.pending_conns[0])

    def _cap_keepalive(self, deadline):
        """A worker that stops waits for unfinished requests no longer than for kept connections."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _wait(self, conn):
        conn.timeout = time.monotonic() + REQUEST_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, lambda client: self.on_pending_socket_readable(conn, client)
        )

    def _collects(self, conn, part):
        conn.held += len(part)
        self.held += len(part)
        return conn.collected.takes(part)

    def _release(self, conn):
        self.held -= conn.held
        conn.held = 0

    def _let_go(self, conn):
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)
        self._release(conn)
        self.nr_conns -= 1
        conn.close()

    def _permit(self, conn, client):
        try:
            client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError:
            self._let_go(conn)

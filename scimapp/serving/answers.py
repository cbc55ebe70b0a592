"""Answers a collected request: gunicorn's parser reads it, the application is called, and gunicorn frames the answer."""

import os
import time
from datetime import timedelta

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.base import Worker

from .connections import base_environ, is_farewell
from .known_lines import Response
from .unread_requests import refusal


class _Kept:
    """Settings of gunicorn, each looked up once."""

    def __init__(self, cfg):
        self._cfg = cfg

    def __getattr__(self, name):
        value = self.__dict__[name] = getattr(self._cfg, name)
        return value


class AnsweringWorker(Worker):
    """A gunicorn worker that answers the request of a Connection; a subclass collects the requests."""

    def init_process(self):
        self.settings = _Kept(self.cfg)
        self._base = base_environ(self.settings)
        super().init_process()

    def wake(self):
        """Wake the first thread to check the state of the others."""
        os.write(self.PIPE[1], b".")

    def answer(self, conn):
        """Answer the collected request. Returns whether the connection can be used again."""
        request, came_whole = None, conn.collected.is_whole
        conn.sock.expect_head()
        try:
            request = conn.next_request()
            is_kept = self._call(request, conn, came_whole)
            if is_kept:
                conn.step_over_body()
            return is_kept
        except (NoMoreData, StopIteration):
            return False
        except Exception as error:
            if is_farewell(error):
                raise
            is_unanswered = conn.sock.takes_back()
            if request is not None:
                # The URL is left out, because it may hold the secret of a link.
                self.log.exception("the application failed at an answer")
                if is_unanswered:
                    util.write_error(conn.sock, 500, "Internal Server Error", "")
            elif is_unanswered:
                self._refuse(conn, error)
            return False

    def _refuse(self, conn, error):
        """Answer bytes that are not a request."""
        told = refusal(conn.beginning, error, self.cfg)
        if told is None:
            self.handle_error(None, conn.sock, conn.address, error)
        else:
            # The error's text is left out, because it may repeat a query or the secret of a link.
            self.log.warning("no request came from %s: %s", conn.address and conn.address[0], type(error).__name__)
            conn.sock.sendall(told)

    def _call(self, request, conn, came_whole):
        """Let the application answer. Returns whether the connection stays open; after half a request it cannot."""
        environ, response = conn.environ(request, self._base), Response(request, conn.sock, self.settings)
        began = time.monotonic()
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.alive = False
            self.wake()
        parts = self.wsgi(environ, response.start_response)
        if not (came_whole and self.alive and self.settings.keepalive):
            response.force_close()
        try:
            if isinstance(parts, wsgi.FileWrapper):
                response.write_file(parts)
            else:
                for part in parts:
                    response.write(part)
            response.close()
            conn.sock.settle()
        finally:
            if hasattr(parts, "close"):
                parts.close()
            if self.settings.accesslog:
                self.log.access(response, request, environ, timedelta(seconds=time.monotonic() - began))
        return not response.should_close()

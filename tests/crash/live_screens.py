"""The screens of a live server, opened over a socket and driven by the forms found on them."""

import http.client
from http.cookies import SimpleCookie
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

from tests.support.doors import Screens

TIMEOUT_SECONDS = 30
REDIRECTS = (301, 302, 303, 307, 308)


class LiveScreens(Screens):
    """A person at the screens of ``server``; ``page(url)`` opens one, as in process."""

    def __init__(self, server):
        self.visitor = _SocketVisitor(server.port)


class _SocketVisitor:
    """Sends one request a connection and keeps cookies."""

    def __init__(self, port):
        self._port, self._cookies = port, {}

    def open(self, path, method="GET", data=None, content_type=None, follow_redirects=False):
        response = self._send(path, method, data, content_type)
        while follow_redirects and response.status_code in REDIRECTS:
            response = self._send(urljoin(path, response.headers["Location"]), "GET", None, None)
        return response

    def _send(self, address, method, data, content_type):
        parts = urlsplit(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if content_type:
            headers["Content-Type"] = content_type
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, target, data, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(cookie).items():
                self._cookies[name] = morsel.value
        return SimpleNamespace(
            status_code=answer.status,
            headers=answer.headers,
            mimetype=answer.headers.get_content_type(),
            request=SimpleNamespace(path=parts.path, query_string=parts.query, full_path=target),
            get_data=lambda as_text: text,
        )

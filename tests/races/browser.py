"""Somebody at the screens of a running server, without the application in between."""

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

_PROOF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """Keeps cookies. ``get`` and ``post`` return ``(status, address in the end, text)``; redirects are followed."""

    def __init__(self, server):
        self._url = server.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._proof = ""

    def get(self, path):
        return self._open(urllib.request.Request(f"{self._url}{path}"))

    def post(self, path, **fields):
        """Send a form of the page that was opened last."""
        body = urlencode(fields | {"csrf_token": self._proof}).encode()
        return self._open(urllib.request.Request(f"{self._url}{path}", body, {"Origin": self._url}))

    def _open(self, request):
        try:
            with self._opener.open(request, timeout=60) as answer:
                text, status, url = answer.read().decode(), answer.status, answer.url
        except urllib.error.HTTPError as refused:
            with refused:
                text, status, url = refused.read().decode(), refused.code, refused.url
        found = _PROOF.search(text)
        self._proof = found[1] if found else self._proof
        return status, url.removeprefix(self._url), text

"""An account on a live server, made and used from outside: command line, socket, nothing of the application imported."""

import http.client
import itertools
import json
import time
from dataclasses import dataclass
from email.message import Message
from urllib.parse import quote, urlencode, urlsplit

from .scim_verbs import ScimVerbs

PASSWORD = "a long walk over the hill"
TIMEOUT_SECONDS = 30
RESTED_SECONDS = 50  # servers close what rests for longer than 75
_numbers = itertools.count(1)


class LiveAccount:
    """``id``, ``owner_id``, ``email`` and ``password`` of an account that was made with the command line."""

    def __init__(self, server, name="Acme"):
        self.server, self.name, self.password = server, name, PASSWORD
        self.email = f"owner{next(_numbers)}@acme.example"
        made = server.flask_json(
            "accounts", "create", "--name", name, "--owner-email", self.email, "--owner-given-name", "Olive",
            "--owner-family-name", "Owner", "--password-stdin", typed=PASSWORD + "\n",
        )  # fmt: skip
        self.id, self.owner_id = made["account_id"], made["owner_id"]
        self._clients = []

    def scim(self, provider="okta"):
        """A SCIM client over a real socket with a live token from the command line."""
        made = self.server.flask_json(
            "tokens", "generate", "--account", self.id, "--label", provider, "--provider", provider
        )
        self._clients.append(SocketScimClient(made["base_url"], made["token"]))
        return self._clients[-1]

    def sign_in(self, page, email=None, password=None):
        """Sign in on a browser page; the owner by default."""
        page.goto(f"{self.server.url}/sign-in")
        page.fill("input[name=email]", email or self.email)
        page.fill("input[name=password]", password or self.password)
        page.click("main form button[type=submit], main form button:not([type])")
        return page

    def close(self):
        """Close the connections of its SCIM clients."""
        for client in self._clients:
            client.close()


@dataclass(frozen=True)
class Answer:
    """What came back. ``json`` is None for an empty body."""

    status_code: int
    headers: Message
    text: str

    @property
    def json(self):
        return json.loads(self.text) if self.text else None


class SocketScimClient(ScimVerbs):
    """An identity provider on the other end of a kept-alive connection."""

    def __init__(self, base_url, token, timeout_seconds=TIMEOUT_SECONDS):
        self.base_url, self.token = base_url, token
        parts = urlsplit(base_url)
        self._base_path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_seconds)
        self._used_at = time.monotonic()

    def send(self, method, path, body, headers, query):
        address = f"{self._base_path}{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        if time.monotonic() - self._used_at > RESTED_SECONDS:
            self._connection.close()  # the server may have, and the next request opens it again
        self._used_at = time.monotonic()
        self._connection.request(method, address, body, headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())

    def close(self):
        self._connection.close()

"""The two doors into the application that tests use: a SCIM client and a person at the screens.

A request runs in a context of its own, as it does in a server, while the test keeps another one for the directory
functions it calls itself. Around each request the test's session lets go of what it has read: nothing is locked, and
rows it holds show the new values when they are looked at.
"""

import contextvars
import itertools
import re
from urllib.parse import urlsplit

from flask import has_app_context

from scimapp.database import db

from .entering import session_cookie
from .forms import Form
from .html import parse_html
from .scim_verbs import ScimVerbs

_PLACE = re.compile(r"%\([a-z_]+\)s")  # in a sentence; gettext leaves it there if it is given no value at all
_addresses = (f"198.51.{high}.{low}" for high, low in itertools.product(range(256), range(1, 255)))


class Visitor:
    """Somebody who sends requests and keeps cookies. Each comes from an address of its own, so throttles are too."""

    def __init__(self, app):
        self.app = app
        self.address = next(_addresses)
        self._client = app.test_client()

    def open(self, path, **arguments):
        """Send one request and return the finished response."""
        arguments.setdefault("base_url", self.app.config["SETTINGS"].external_url)
        arguments.setdefault("environ_overrides", {"REMOTE_ADDR": self.address})
        _let_go()
        try:
            return contextvars.Context().run(self._client.open, path, buffered=True, **arguments)
        finally:
            _let_go()

    def give_cookie(self, name, value):
        """Put a cookie into this browser; a Cookie header among ``headers`` would be dropped by the client."""
        host = urlsplit(self.app.config["SETTINGS"].external_url).hostname
        contextvars.Context().run(self._client.set_cookie, name, value, domain=host)

    def cookie(self, name):
        host = urlsplit(self.app.config["SETTINGS"].external_url).hostname
        return contextvars.Context().run(self._client.get_cookie, name, host)


class ScimClient(ScimVerbs):
    """An identity provider. Answers have ``status_code``, ``headers`` and ``.json``."""

    def __init__(self, app, account_id, token=None, provider="generic", *, make_token=None):
        self.account_id, self.token, self.provider = account_id, token, provider
        self.base_path = f"/scim/{account_id}/v2"
        self.base_url = app.config["SETTINGS"].external_url + self.base_path
        self._visitor, self._make_token = Visitor(app), make_token

    def for_provider(self, provider):
        """The same account seen by another kind of identity provider, with a live token of its own."""
        return self.with_token(self._make_token(provider), provider)

    def with_token(self, token, provider=None):
        """The same account with another token, or with none."""
        return ScimClient(
            self._visitor.app, self.account_id, token, provider or self.provider, make_token=self._make_token
        )

    def send(self, method, path, body, headers, query):
        return self._visitor.open(
            self.base_path + path, method=method, data=body, headers=headers, query_string=query or None
        )


class Screens:
    """A person at the screens: ``page(url)`` opens one. Signed out until ``sign_in``."""

    def __init__(self, app, user=None):
        self.user, self.visitor = user, Visitor(app)

    def __call__(self, url, **arguments):
        return self.go(url, **arguments)

    def go(self, url, method="GET", **arguments):
        """Open a URL, follow redirects as a browser does, and return the screen that is left."""
        if method == "POST":
            arguments.setdefault("content_type", "application/x-www-form-urlencoded")
        response = self.visitor.open(url, method=method, follow_redirects=True, **arguments)
        return Screen(self, response)

    def enter(self):
        """Sign ``user`` in without the form, and return these screens."""
        _let_go()
        self.visitor.give_cookie(*session_cookie(self.visitor.app, self.user, self.visitor.address))
        _let_go()
        return self

    def sign_in(self, email, password):
        """Fill the sign-in form and return the screen after it."""
        return self.go("/sign-in").form("/sign-in").fill(email=email, password=password).submit()


class Screen:
    """One page as it came back. ``text`` is what can be read on it, ``html`` its source."""

    def __init__(self, screens, response):
        self._screens, self.response = screens, response
        self.status_code, self.headers = response.status_code, response.headers
        self.url = response.request.full_path.rstrip("?") if response.request.query_string else response.request.path
        self.html = response.get_data(as_text=True)
        self.tree = parse_html(self.html if response.mimetype == "text/html" else "")
        assert not _PLACE.search(self.html), f"{self.url} shows a sentence without its values"

    def __repr__(self):
        return f"<Screen {self.status_code} {self.url}: {self.text[:400]}>"

    @property
    def text(self):
        return self.tree.text

    @property
    def title(self):
        return self.tree.find("title").children[0].strip()

    @property
    def forms(self):
        return [Form(node, self) for node in self.tree.find_all("form")]

    def form(self, name):
        """The form with this id, name, action, last part of its action, or text on a button; exactly one."""
        found = [form for form in self.forms if form.answers_to(name)]
        there = [(form.node.get("id"), form.action) for form in self.forms]
        assert len(found) == 1, f"{len(found)} forms {name!r} on {self.url}; there are {there}: {self.text[:300]}"
        return found[0]

    def link(self, text):
        """The address of the link with this text."""
        targets = {node.get("href") for node in self.tree.find_all("a") if node.text == text}
        assert len(targets) == 1, f"{len(targets)} links {text!r} on {self.url}"
        return targets.pop()

    def follow(self, text):
        """Open the link with this text."""
        return self.go(self.link(text))

    def go(self, url, **arguments):
        return self._screens.go(url, **arguments)


def _let_go():
    if has_app_context():
        db.session.rollback()

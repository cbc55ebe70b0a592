"""Fixtures: a story at its beginning, and clients of two presets, against the real application.

Stories are played on both databases, deviations on SQLite but for tests marked ``on_both`` (``tests.support.on_sqlite``).
"""

import gzip
import json

import pytest

from scimapp.directory.accounts import accounts
from tests.support import on_sqlite

from .recordings import FIELDS, Player, load

ON_BOTH = frozenset(("test_stories",))
pytest_generate_tests = on_sqlite.on_both_in(ON_BOTH)


@pytest.fixture
def begin(account, make_user, make_group, make_field):
    """``begin("okta/oin")``: a Player at the start of that story, with a token of the preset the story is for."""

    def at_the_start(name):
        for field_id, field in FIELDS.items():
            make_field(field_id, **field)
        known = make_user(given_name="Grace", family_name="Hopper")
        member = make_user(given_name="Edsger", family_name="Dijkstra")
        programmers = make_group("Programmers", members=[member])
        story = load(name)
        accounts.change_options(account.scope, **story.afterwards.get("options", {}))
        client = account.scim(story.afterwards["preset"])

        def send(method, path, headers, body):
            answer = client.open(method, path, body, headers)
            raw = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
            return answer.status_code, answer.headers, json.loads(raw) if raw else None

        return Player(
            story,
            send,
            client.token,
            base_url=client.base_url,
            extension=f"urn:kissflow:scim:schemas:extension:{account.id}:2:User",
            known_user_name=known.user_name,
            known=known.scim_id,
            known_group_name="Programmers",
            known_group=programmers.id,
            known_member=member.scim_id,
        )

    return at_the_start


@pytest.fixture
def theirs(account):
    """A client of the general preset."""
    return account.scim("generic")


@pytest.fixture
def strict(account):
    """A client of the strict preset."""
    return account.scim("strict")

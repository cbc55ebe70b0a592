"""What the tests of how screens look have in common: one server, an account full of life, and the check of one page."""

import sqlite3
from contextlib import closing

import pytest

from scimapp.directory.events import SignedIn
from tests.support.fixtures.browser import SCHEMES, size_of
from tests.support.near_server import NearAccount, NearServer

TOBIAS = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "tobias.oyelaran@brightwater.example",
    "name": {"givenName": "Tobias", "familyName": "Oyelaran"},
    "emails": [{"value": "tobias.oyelaran@brightwater.example", "primary": True}],
    "title": "Field Sales Manager",
}
# What a person's deeds at the screens are seen by; mails, calls, counts and when a token was used change by themselves.
CHANGED_BY_HAND = ("audit_entries", "batches", "custom_fields", "groups", "memberships", "role_rules", "users")
STRANGERS = [{"value": "00uNOBODYhere000009x"}, {"value": "00uNOBODYhere000010x"}]


@pytest.fixture(scope="session")
def server(databases, tmp_path_factory):
    """The server that the tests of a worker share, each with an account of its own.

    On SQLite, whose databases are files: how a screen looks does not hang on the database.
    """
    running = NearServer(tmp_path_factory.mktemp("server"), databases.copy("sqlite", "server"))
    yield running.start()
    running.end()


@pytest.fixture
def start_server(databases, tmp_path):
    """``start_server(SCIMAPP_…="…")`` → a server with other settings, or for a test that needs it empty."""
    running = []

    def start(**settings):
        folder = tmp_path / f"server-{len(running)}"
        folder.mkdir()
        running.append(NearServer(folder, databases.copy("sqlite", "server"), **settings))
        return running[-1].start()

    yield start
    for started in running:
        started.end()


@pytest.fixture
def account(server):
    """An account with its owner and nobody else."""
    made = NearAccount(server, "Brightwater Foods")
    yield made
    made.close()


@pytest.fixture
def filled(account):
    """An account with demo people, a live token that has been used, and a pushed group with strangers."""
    return fill(account)


@pytest.fixture(scope="session")
def filled_once(server):
    """What ``filled`` is, for all tests of a worker that only read; they ask for ``filled_to_read``."""
    made = fill(NearAccount(server, "Brightwater Foods"))
    yield made
    made.close()


@pytest.fixture
def filled_to_read(filled_once):
    """What ``filled`` is, for a test that only reads: one that changes something is told and takes ``filled``."""
    before = rows_of(filled_once)
    yield filled_once
    changed = [table for table, rows in rows_of(filled_once).items() if rows != before[table]]
    assert not changed, f"the test changed {changed} of an account that others read"


def fill(account):
    account.server.flask("demo", "seed", "--account", account.id, "--people", "30")
    okta = account.scim("okta")
    account.person = okta.post("/Users", TOBIAS).json["id"]
    group = {"displayName": "Field Sales Europe", "members": [{"value": account.person}, *STRANGERS]}
    account.group = okta.post("/Groups", group).json["id"]
    return account


def rows_of(account):
    """What people have made of an account, but that they signed in: table → rows, each as name → value."""
    with closing(sqlite3.connect(account.server.database_url.removeprefix("sqlite:///"))) as connection:
        connection.row_factory = sqlite3.Row
        asked = ((table, f"SELECT * FROM {table} WHERE account_id = ?") for table in CHANGED_BY_HAND)
        found = {table: [dict(row) for row in connection.execute(query, [account.id])] for table, query in asked}
    found["audit_entries"] = [row for row in found["audit_entries"] if row["event"] != SignedIn.name]
    for row in found["users"]:
        del row["last_sign_in_at"]
    return found


@pytest.fixture
def looked_at(axe, picture):
    """``looked_at(page, name)``: the page as it is now is sound in every scheme of its size, and pictures are taken."""

    def look(page, name):
        size = size_of(page)
        for scheme in SCHEMES[size]:
            page.emulate_media(color_scheme=scheme)
            axe(page, only_colours=scheme != SCHEMES[size][0])
            picture(page, f"{name}-{size}-{scheme}")
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1], f"{name} scrolls sideways on the {size}"

    return look

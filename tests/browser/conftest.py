"""What the tests of how screens look have in common: one server, an account full of life, and the check of one page."""

import pytest

from tests.support.fixtures.browser import SCHEMES, size_of
from tests.support.near_server import NearAccount, NearServer

TOBIAS = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "tobias.oyelaran@brightwater.example",
    "name": {"givenName": "Tobias", "familyName": "Oyelaran"},
    "emails": [{"value": "tobias.oyelaran@brightwater.example", "primary": True}],
    "title": "Field Sales Manager",
}
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
    account.server.flask("demo", "seed", "--account", account.id, "--people", "30")
    okta = account.scim("okta")
    account.person = okta.post("/Users", TOBIAS).json["id"]
    group = {"displayName": "Field Sales Europe", "members": [{"value": account.person}, *STRANGERS]}
    account.group = okta.post("/Groups", group).json["id"]
    return account


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

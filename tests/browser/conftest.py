"""What the tests of how screens look have in common: an account full of life, and the check of one page."""

import pytest

from tests.support.live_account import LiveAccount
from tests.support.server import LiveServer


@pytest.fixture(scope="session")
def filled_once(databases, tmp_path_factory):
    """The account of ``filled``, on a server that has stopped; each test goes on from a copy of it."""
    server = LiveServer(tmp_path_factory.mktemp("filled"), databases.copy("sqlite", "filled")).start()
    account = LiveAccount(server, "Brightwater Foods")
    server.flask("demo", "seed", "--account", account.id, "--people", "30")
    okta = account.scim("okta")
    person = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "tobias.oyelaran@brightwater.example",
        "name": {"givenName": "Tobias", "familyName": "Oyelaran"},
        "emails": [{"value": "tobias.oyelaran@brightwater.example", "primary": True}],
        "title": "Field Sales Manager",
    }
    account.person = okta.post("/Users", person).json["id"]
    members = [{"value": account.person}, {"value": "00uNOBODYhere000009x"}, {"value": "00uNOBODYhere000010x"}]
    account.group = okta.post("/Groups", {"displayName": "Field Sales Europe", "members": members}).json["id"]
    account.close()
    server.stop()
    return account


@pytest.fixture
def filled(database, filled_once, databases, tmp_path):
    """A server with an account: demo people, a live token that has been used, and a pushed group with strangers.

    On SQLite, whose databases are files: how a screen looks does not hang on the database.
    """
    assert database == "sqlite"
    server = filled_once.server.copy_to(tmp_path, databases.unmigrated("sqlite", "filled")).start()
    account = filled_once.on(server)
    yield account
    account.close()
    server.stop()


@pytest.fixture
def looked_at(axe, picture):
    """``looked_at(page, name)``: the page as it is now is sound, and a picture of it is taken."""

    def look(page, name):
        axe(page)
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1], f"{name} scrolls sideways"
        picture(page, name)

    return look

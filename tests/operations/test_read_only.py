"""A database that can be read and not written: a standby, a file system that was mounted so after a fault."""

import pytest
from sqlalchemy import text

from scimapp.database import db, disconnect
from tests.scim_api.bodies import person
from tests.support import databases as made
from tests.support.doors import ScimClient, Screens
from tests.support.people import PASSWORD, MadeAccount


@pytest.fixture
def read_only(alone, database, databases):
    """``(app, account, token)``: an application on the database of an account that it can only read."""
    account = MadeAccount(alone)
    token, url = account.make_token(), alone.config["SETTINGS"].database_url
    if database == "postgres":
        db.session.execute(text(f'ALTER DATABASE "{db.engine.url.database}" SET default_transaction_read_only = on'))
        db.session.commit()
        disconnect()
        yield alone, account, token
        return
    app = made.build_app(url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true", databases.folder)
    yield app, account, token
    made.dispose(app)


def test_reading_goes_on_and_every_write_may_come_again(read_only):
    app, account, token = read_only
    scim = ScimClient(app, account.id, token)

    made_nobody = scim.post("/Users", person())
    screen = Screens(app).sign_in(account.owner.email, PASSWORD)
    ready = app.test_client().get("/readyz")

    assert scim.get("/Users").json["totalResults"] == 1
    assert (made_nobody.status_code, made_nobody.headers["Retry-After"]) == (503, "2")
    assert made_nobody.json["status"] == "503"
    assert (screen.status_code, screen.headers["Retry-After"]) == (503, "5")
    assert (ready.status_code, ready.json) == (503, {"status": "unavailable", "database": "unavailable"})
    assert app.test_client().get("/healthz").status_code == 200

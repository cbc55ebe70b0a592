"""A database that can be read and not written: a standby, a file system that was mounted so after a fault."""

import psycopg
import pytest
from sqlalchemy import text

from scimapp.database import db, disconnect
from scimapp.database.schema import SchemaError, check_before_serving
from tests.scim_api.bodies import person
from tests.support import databases as made
from tests.support.databases import database_address
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
    assert "wrong with the server's database" in made_nobody.json["detail"]
    assert made_nobody.headers["X-Request-ID"] in made_nobody.json["detail"]
    assert (screen.status_code, screen.headers["Retry-After"]) == (503, "5")
    assert screen.headers["X-Request-ID"] in screen.text
    assert "The server needs its operator" in screen.text
    assert (ready.status_code, ready.json) == (503, {"status": "unavailable", "database": "unavailable"})
    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_it_goes_on_by_itself_once_writes_are_taken_again(read_only):
    """A connection keeps the setting from its beginning: those that were opened meanwhile are given up."""
    app, account, token = read_only
    scim = ScimClient(app, account.id, token)
    assert [scim.post("/Users", person()).status_code, app.test_client().get("/readyz").status_code] == [503, 503]

    with psycopg.connect(
        database_address(app), autocommit=True, options="-c default_transaction_read_only=off"
    ) as other:
        other.execute(f'ALTER DATABASE "{other.info.dbname}" RESET default_transaction_read_only')

    assert [scim.post("/Users", person()).status_code, app.test_client().get("/readyz").status_code] == [201, 200]


@pytest.fixture
def without_rights(alone, databases, worker_id):
    """An application that may read the tables of ``alone`` and not write them, as after a restore by hand to another owner."""
    role, address = f"reader_{worker_id}", database_address(alone)
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN")
        owner.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        app = made.build_app(alone.config["SETTINGS"].database_url.replace("postgres@", f"{role}@"), databases.folder)
        yield app
        made.dispose(app)
        owner.execute(f"DROP OWNED BY {role}")
        owner.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_tables_of_another_owner_are_a_database_that_is_away(alone, without_rights):
    account = MadeAccount(alone)
    scim = ScimClient(without_rights, account.id, account.make_token())

    made_nobody, ready = scim.post("/Users", person()), without_rights.test_client().get("/readyz")

    assert (made_nobody.status_code, made_nobody.headers["Retry-After"]) == (503, "2")
    assert (ready.status_code, ready.json["database"]) == (503, "unavailable")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_tables_that_may_not_be_read_are_not_taken_for_none(alone, without_rights):
    """Nobody is told to make tables where there are some."""
    role = without_rights.config["SETTINGS"].database_url.partition("//")[2].partition("@")[0]
    with psycopg.connect(database_address(alone), autocommit=True) as owner:
        owner.execute(f"REVOKE SELECT ON alembic_version FROM {role}")

    with pytest.raises(SchemaError, match="permission denied"):
        check_before_serving(without_rights.config["SETTINGS"].database_url)
    ready = without_rights.test_client().get("/readyz")

    assert (ready.status_code, ready.json["database"]) == (503, "unavailable")

"""A Postgres whose disk is full: what needs no room goes on, what needs some is refused as a whole, and it goes on by itself."""

import pytest
from sqlalchemy import text

from scimapp.audit.log import AuditEntry
from scimapp.database import db, disconnect
from scimapp.directory.model import Counter, OutboxMail, User, UserDocument
from tests.scim_api.bodies import person
from tests.support.doors import ScimClient, Screens
from tests.support.people import PASSWORD, MadeAccount

pytestmark = pytest.mark.parametrize("database", ["postgres"], indirect=True)

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
# What Postgres says where it cannot make a file longer. The tables of a real one fill up in any order.
_REFUSE = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


@pytest.fixture
def fill(alone):
    """``fill(table)`` leaves no room for another row of a table; ``fill(table, "DROP")`` makes room again."""
    run_apart(_REFUSE)

    def fill(table, do="CREATE"):
        rest = " BEFORE INSERT ON {} EXECUTE FUNCTION full_disk()" if do == "CREATE" else " ON {}"
        run_apart(f"{do} TRIGGER full_disk" + rest.format(table))

    return fill


def run_apart(statement):
    with db.engine.begin() as other:
        other.execute(text(statement))


def rows():
    """How many rows each table has that adding somebody writes, and the kept counts."""
    counted = [db.session.query(model).count() for model in (User, UserDocument, OutboxMail, AuditEntry)]
    return counted, {(one.name, one.value) for one in db.session.query(Counter).all() if one.value}


@pytest.mark.parametrize("table", ["users", "user_documents", "indexed_values", "audit_entries", "outbox_mails"])
def test_nobody_is_half_added_and_it_goes_on_once_there_is_room(alone, fill, table):
    account = MadeAccount(alone)
    scim = ScimClient(alone, account.id, account.make_token())
    assert scim.post("/Users", person("Ann", "Berg")).status_code == 201
    before = rows()
    fill(table)
    operations = [{"method": "POST", "path": "/Users", "bulkId": "b", "data": person("Cem", "Kaya")}]

    refused = scim.post("/Users", person("Bob", "Berg"))
    bulk = scim.post("/Bulk", {"schemas": [BULK], "Operations": operations})

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert "wrong with the server's database" in refused.json["detail"]
    told = bulk.json.get("Operations", [{}])[0].get("status", str(bulk.status_code))
    assert told == "503"
    db.session.rollback()
    assert rows() == before
    assert scim.get("/Users").json["totalResults"] == 2
    fill(table, "DROP")
    assert scim.post("/Users", person("Bob", "Berg")).status_code == 201


def test_the_screens_and_the_command_line_say_so(alone, fill):
    account = MadeAccount(alone)
    for table in ("user_sessions", "scim_tokens"):
        fill(table)

    screen = Screens(alone).sign_in(account.owner.email, PASSWORD)
    disconnect()
    arguments = ["tokens", "generate", "--account", account.id, "--label", "Okta", "--provider", "okta"]
    command = alone.test_cli_runner().invoke(args=arguments)

    assert screen.status_code == 503
    assert "The server needs its operator" in screen.text
    assert command.exit_code == 1
    assert "No space left on device" in command.output

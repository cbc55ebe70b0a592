"""This code on the tables of the next release: while servers are renewed one by one, it meets them (security O5)."""

import pytest
from sqlalchemy import text

from scimapp.database import db
from tests.crash.agreement import assert_agreement
from tests.scim_api.bodies import create, group, person
from tests.support.next_tables import expand
from tests.support.people import MadeAccount


def work(account, scim, page):
    """What writes most tables, through both doors."""
    made = create(scim, person())
    assert scim.patch(f"/Users/{made['id']}", replace={"title": "x", "active": False}).status_code == 200
    team = create(scim, group("Sales", made["id"]), "/Groups")
    assert scim.delete(f"/Groups/{team['id']}").status_code == 204
    assert scim.delete(f"/Users/{made['id']}").status_code == 204
    added = page("/users/new").form("Add").fill(given_name="Ann", email=f"{made['id']}@acme.example").submit()
    assert added.status_code == 200
    assert page("/users").status_code == 200


@pytest.fixture
def account(alone):
    return MadeAccount(alone)


def test_this_code_works_on_the_tables_of_the_next_release(alone, account, database):
    """Before, on the same connections and statements, and after."""
    scim, page = account.scim(), account.screens()
    before = 5 if database == "postgres" else 1  # by then Postgres keeps the plans of what is asked
    for _ in range(before):
        work(account, scim, page)
    db.session.close()

    with db.engine.begin() as connection:
        changed = expand(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    work(account, scim, page)

    assert changed > 20
    db.session.close()
    assert db.session.scalar(text("SELECT count(*) FROM users WHERE later_flag")) == 1 + 2 * (before + 1)
    assert_agreement(alone)

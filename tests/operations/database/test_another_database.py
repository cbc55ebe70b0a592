"""After a failover, or a restore beneath it, a process meets another database under the same address, which may have counted
as far by other changes. Nothing that was kept of the one before is told of it.
"""

import os
import shutil

import psycopg
import pytest
from sqlalchemy import make_url

from scimapp import database as connections
from scimapp.directory.changes import GroupChanges, UserChanges
from scimapp.directory.fields import custom_values
from scimapp.directory.groups import groups
from scimapp.directory.people import users
from scimapp.directory.unit_of_work import Work
from scimapp.directory.user_list import search, user_filters
from scimapp.directory.user_list.list_attributes import attributes
from tests.support import databases as made
from tests.support.people import MadeAccount


@pytest.fixture
def aside(databases, database, tmp_path):
    """``(app, keep, put_back)``: an application whose database is copied by ``keep()``, and replaced by the copy."""
    app = made.build_app(databases.copy(database, "aside"), tmp_path)
    address = made.database_address(app)
    keep, put_back = _on_sqlite(address) if database == "sqlite" else _on_postgres(address)
    with app.app_context():
        yield app, keep, put_back
    made.dispose(app)


def _on_sqlite(address):
    file = address.removeprefix("sqlite:///")

    def keep():
        connections.disconnect()
        shutil.copyfile(file, f"{file}.copy")

    def put_back():
        connections.disconnect()  # as after an error that tells that the file may not be written
        os.replace(f"{file}.copy", file)

    return keep, put_back


def _on_postgres(address):
    name = make_url(address).database
    beside = address.replace(name, "postgres")

    def run(*steps):
        with psycopg.connect(beside, autocommit=True) as connection:
            for step in steps:
                connection.execute(step)

    def keep():
        connections.disconnect()
        run(f'CREATE DATABASE "{name} copy" TEMPLATE "{name}"')

    def put_back():
        connections.disconnect()
        run(f'DROP DATABASE "{name}"', f'ALTER DATABASE "{name} copy" RENAME TO "{name}"')

    return keep, put_back


def test_what_was_kept_of_the_database_before_is_not_told(aside):
    app, keep, put_back = aside
    account = MadeAccount(app)
    scim, scope = account.scim("okta"), account.scope
    people = [account.make_user() for _ in range(6)]
    group = account.make_group("Bakers", people[:1])
    ids, group_id = [each.scim_id for each in people], group.id

    def change(name, comes, leaves, field_id):
        groups.update(scope, group_id, GroupChanges(display_name=name, add_ids=[ids[comes]]))
        assert scim.delete(f"/Users/{ids[leaves]}").status_code == 204
        account.make_field(field_id)

    def told():
        pages = [scim.get("/Users", startIndex=start, count=2).json["Resources"] for start in (1, 3, 5)]
        members = {member["value"] for member in scim.get(f"/Groups/{group_id}").json["members"]}
        names = [each["display"] for each in scim.get(f"/Users/{ids[0]}").json["groups"]]
        fields = scim.get(f"/Schemas/urn:kissflow:scim:schemas:extension:{account.id}:2:User").json["attributes"]
        seen = [ids.index(each["id"]) for page in pages for each in page if each["id"] in ids]
        return seen, {ids.index(each) for each in members}, names, [each["name"] for each in fields]

    def accepted(field_id):
        return custom_values.accept_custom(Work(scope), {field_id: "red"})

    keep()
    change("Cooks", 1, 5, "team")
    assert told() == ([0, 1, 2, 3, 4], {0, 1}, ["Cooks"], ["team"])
    assert accepted("team") == {"team": "red"}
    put_back()
    change("Millers", 2, 1, "colour")

    assert told() == ([0, 2, 3, 4, 5], {0, 2}, ["Millers"], ["colour"])
    assert accepted("colour") == {"colour": "red"}


def test_a_list_of_people_of_the_database_before_is_not_shown(aside):
    """A copy that Postgres made of a database has sequences with the same object numbers."""
    app, keep, put_back = aside
    account = MadeAccount(app)
    scope, people = account.scope, [account.make_user(core={"title": "Baker"}) for _ in range(3)]
    ids, numbers = [each.id for each in people], [each.seq for each in people]
    bakers = search.UserSearch(conditions=(user_filters.read(attributes(scope)["title"], "is", ["Baker"]),))

    def found_without(place):
        users.update(scope, ids[place], UserChanges(core={"title": "Cook"}))
        connections.db.session.rollback()
        return sorted(numbers.index(row.user.seq) for row in search.find_users(scope, bakers).items)

    keep()
    assert found_without(0) == [1, 2]
    put_back()
    assert found_without(1) == [0, 2]

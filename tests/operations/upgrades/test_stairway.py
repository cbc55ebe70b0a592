"""Every migration down and up again with people in the tables, killed on the way, and two at once."""

import os
import signal

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from scimapp.database import db, schema
from tests.support import forks
from tests.support.people import MadeAccount

KEPT = {
    "accounts": "id, name",
    "users": "account_id, id, scim_id, user_name, email, role, state, version",
    "user_documents": "user_seq, core, custom",
    "user_values": "account_id, user_seq, path, element, text_key, number",
    "groups": "id, display_name, member_count",
    "memberships": "group_seq, user_seq",
    "custom_fields": "field_id, label, type",
    "scim_tokens": "id, token_hash, state",
    "invitations": "id, user_seq, token_hash",
    "outbox_mails": "id, kind, to_address, state",
    "audit_entries": "seq, event, target_id, changes",
}


@pytest.fixture
def filled(alone):
    """An account in which everything has been used that the first revision knew."""
    account = MadeAccount(alone)
    account.make_field("site")
    members = [account.make_user(custom={"site": "Lyon"}), account.make_user(state="invited")]
    account.make_group("Sales", members)
    account.make_user(state="inactive")
    account.token = account.make_token("okta")
    return account


def rows(connection):
    """What must outlive every step."""
    return {
        table: sorted(map(tuple, connection.execute(text(f"SELECT {columns} FROM {table}"))), key=repr)
        for table, columns in KEPT.items()
    }


@pytest.fixture
def steps(alone, monkeypatch):
    """``steps(look)``: ``look(connection)`` is called after each step of a migration; returns the list of steps so far.

    All steps in one run, as a server goes them: a run for each would read the files of all revisions each time.
    """

    def watch(look):
        gone = []

        def note(ctx, step, **_):
            look(ctx.connection, str(step))
            gone.append(step.up_revision_id)

        options = schema.Migrations.configure_args | {"on_version_apply": note}
        monkeypatch.setattr(alone.extensions["migrate"], "configure_args", options, raising=False)
        return gone

    return watch


@pytest.fixture
def upgrading(alone, tmp_path):
    """``upgrading(revision)``: a process that migrates the database of ``alone`` and dies where it has reached ``revision``,
    if one is given; ``upgrading.told()`` is what all of them printed.
    """
    settings = alone.config["SETTINGS"]
    own = {"SCIMAPP_DATABASE_URL": settings.database_url, "SCIMAPP_DATA_DIR": str(settings.data_dir)}

    def begin(*revision):
        with (tmp_path / "told").open("ab") as output:
            return forks.start(["tests.operations.upgrades.upgrade_that_dies", *revision], os.environ | own, output)

    begin.told = (tmp_path / "told").read_text
    return begin


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_servers_that_migrate_at_once_wait_for_each_other(alone, database, upgrading):
    flask_migrate.downgrade(revision=schema.revisions()[0])
    db.session.remove()

    processes = [upgrading() for _ in range(2)]

    assert [process.wait(60) for process in processes] == [0, 0], upgrading.told()
    assert schema.state(db.session.connection())[0] == schema.CURRENT


def test_every_step_down_and_up_keeps_what_both_sides_know(alone, filled, steps, upgrading):
    before = rows(db.session.connection())
    db.session.remove()
    revisions = list(schema.revisions())

    def look(connection, step):
        assert rows(connection) == before, f"after {step}"

    gone = steps(look)
    flask_migrate.downgrade(revision=revisions[0])
    assert gone == revisions[:0:-1]
    killed = upgrading(revisions[len(revisions) // 2]).wait(60)
    assert killed == -signal.SIGKILL, upgrading.told()
    look(db.session.connection(), "a step that did not end")
    assert schema.state(db.session.connection()) == (schema.BEHIND, revisions[0])
    db.session.remove()
    gone.clear()
    flask_migrate.upgrade()
    assert gone == revisions[1:]

    with db.engine.connect() as connection:
        compared = {"compare_server_default": True, **schema.Migrations.configure_args}
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, db.metadata) == []
    people = filled.screens()("/users")
    assert (people.status_code, alone.test_client().get("/readyz").status_code) == (200, 200)

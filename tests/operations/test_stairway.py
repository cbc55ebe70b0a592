"""Every migration down and up again with people in the tables, killed on the way, and two at once."""

import os
import signal
import subprocess
import sys

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from scimapp.database import db, schema
from tests.support.people import MadeAccount
from tests.support.server import ROOT

UPGRADE = """
import os, signal, flask_migrate
from scimapp import create_app

def die(step, **_):
    if step.up_revision_id == os.environ["DIES_AT"]:
        os.kill(os.getpid(), signal.SIGKILL)

app = create_app()
app.extensions["migrate"].configure_args = {"render_as_batch": True, "on_version_apply": die}
with app.app_context():
    flask_migrate.upgrade()
"""
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


def upgrading(app, *, at=None):
    """A process that migrates the database of ``app``; it dies at once when it has reached the revision ``at``."""
    environment = os.environ | {
        "SCIMAPP_DATABASE_URL": app.config["SETTINGS"].database_url,
        "SCIMAPP_DATA_DIR": str(app.config["SETTINGS"].data_dir),
        "DIES_AT": at or "",
    }
    return subprocess.Popen([sys.executable, "-c", UPGRADE], cwd=ROOT, env=environment, stderr=subprocess.PIPE)


def killed_on_the_way(app, at):
    """The exit status of such a process."""
    with upgrading(app, at=at) as process:
        process.communicate(timeout=60)
    return process.returncode


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_servers_that_migrate_at_once_wait_for_each_other(alone, database):
    flask_migrate.downgrade(revision=schema.revisions()[0])
    db.session.remove()

    processes = [upgrading(alone) for _ in range(2)]
    told = [process.communicate(timeout=60)[1].decode() for process in processes]

    assert [process.returncode for process in processes] == [0, 0], told
    assert schema.state(db.session.connection())[0] == schema.CURRENT


def test_every_step_down_and_up_keeps_what_both_sides_know(alone, filled, steps):
    before = rows(db.session.connection())
    db.session.remove()
    revisions = list(schema.revisions())

    def look(connection, step):
        assert rows(connection) == before, f"after {step}"

    gone = steps(look)
    flask_migrate.downgrade(revision=revisions[0])
    assert gone == revisions[:0:-1]
    assert killed_on_the_way(alone, at=revisions[len(revisions) // 2]) == -signal.SIGKILL
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

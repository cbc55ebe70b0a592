"""``flask backup``: a copy made while the server writes, put back into a server that goes on with it."""

import os
import re
import signal
import stat
import subprocess
from pathlib import Path
from unittest.mock import Mock

import flask_migrate
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from scimapp import backup
from scimapp.database import db
from scimapp.database.schema import revisions
from scimapp.directory import audit_log
from scimapp.directory.events import BackupRestored
from scimapp.directory.links import invitations
from scimapp.directory.upkeep import restored
from tests.support import databases as made
from tests.support.people import PASSWORD, MadeAccount


@pytest.fixture
def alone(database, databases):
    """An application on a database that no other test uses."""
    app = made.build_app(databases.copy(database, "backup"), databases.folder)
    with app.app_context():
        yield app
    made.dispose(app)


@pytest.fixture
def elsewhere(database, databases):
    """Another application with the same key, on a database that a copy can be put into."""
    app = made.build_app(databases.copy(database, "elsewhere"), databases.folder)
    yield app
    made.dispose(app)


@pytest.fixture
def account(alone):
    return MadeAccount(alone)


def as_text(copy):
    """Everything in a copy, readable."""
    if copy.read_bytes()[:5] != b"PGDMP":
        return copy.read_bytes().decode("utf-8", "replace")
    return subprocess.run(["pg_restore", "--file=-", copy], capture_output=True, text=True, check=True).stdout


def test_a_copy_put_back_serves_as_before_and_mails_nobody_twice(flask, alone, elsewhere, account, tmp_path):
    ann = account.make_user(state="invited", email="ann@corp.example")
    link = invitations.link_token(invitations.latest(account.scope, ann))
    scim, signed_in = account.scim(), account.screens()
    scim.post("/Users", {"userName": "bo@corp.example"})
    copy = tmp_path / "copy"

    created = flask("backup", "create", copy, on=alone)
    with elsewhere.app_context():
        put_back = flask("backup", "restore", copy, "--json", on=elsewhere)
        account.app = elsewhere
        sent = flask("outbox", "run", "--once", "--json", on=elsewhere)
        there = scim.__class__(elsewhere, account.id, scim.token)

        assert created.code == 0, created.err
        assert (put_back.code, put_back.json["mails_cancelled"], put_back.json["sessions_ended"]) == (0, 2, 1)
        assert sent.json == {"sent": 0, "postponed": 0, "failed": 0}
        assert there.get("/Users", filter='userName eq "bo@corp.example"').json["totalResults"] == 1
        assert there.post("/Users", {"userName": "cy@corp.example"}).status_code == 201
        assert account.screens()("/users").status_code == 200
        (told,) = audit_log.find(account.scope, audit_log.AuditSearch(what=BackupRestored.name)).items
        assert (told.actor_kind, told.actor_label, told.target_id) == ("server", "Server command", account.id)
        assert elsewhere.test_client().get(f"/invitations/{link}").status_code == 200
        db.session.remove()

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    written = as_text(copy)
    assert "bo@corp.example" in written
    cookie = next(c for c in signed_in.visitor._client._cookies.values()).value
    secrets = (scim.token, link, PASSWORD, cookie, alone.config["SECRET_KEY"])
    assert not [secret for secret in secrets if secret in written]


@pytest.mark.parametrize("revision", [revisions()[-2], "0037", "0021"])
def test_a_copy_of_a_release_before_is_put_back_and_migrated(flask, alone, elsewhere, account, tmp_path, revision):
    """What migrations made since stands in the database that is replaced, and not in the copy: tables that refer to those of
    the copy, a view where the copy has a table, functions.
    """
    account.make_user(email="ann@corp.example")
    flask_migrate.downgrade(revision=revision)
    copy = tmp_path / "copy"
    assert flask("backup", "create", copy, on=alone).code == 0

    with elsewhere.app_context():
        put_back = flask("backup", "restore", copy, on=elsewhere)
        account.app = elsewhere

        assert put_back.code == 0, put_back.err
        assert elsewhere.test_client().get("/readyz").status_code == 200
        assert account.scim().get("/Users", filter='userName eq "ann@corp.example"').json["totalResults"] == 1
        db.session.remove()


def test_nothing_is_put_back_under_a_server_that_runs(flask, alone, account, tmp_path):
    copy = tmp_path / "copy"
    flask("backup", "create", copy, on=alone)
    other = create_engine(alone.config["SETTINGS"].database_url, poolclass=NullPool)
    with other.connect() as server:
        server.exec_driver_sql("SELECT count(*) FROM users").scalar()

        refused = flask("backup", "restore", copy, on=alone)

    assert (refused.code, refused.out) == (1, "")
    assert "Stop the server" in refused.err
    assert flask("backup", "restore", copy, on=alone).code == 0


@pytest.mark.parametrize(
    "content, complaint", [(b"", "without the tables"), (b"not a database at all" * 99, "no copy")]
)
def test_only_a_whole_copy_is_put_back(flask, elsewhere, tmp_path, content, complaint, database):
    copy = tmp_path / "copy"
    copy.write_bytes(content)

    refused = flask("backup", "restore", copy, on=elsewhere)

    assert refused.code == 1
    assert re.search(complaint if database == "sqlite" else "pg_restore", refused.err)
    assert elsewhere.test_client().get("/readyz").status_code == 200


def test_a_copy_of_a_later_release_is_refused(flask, alone, elsewhere, account, tmp_path):
    account.make_user()
    db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    db.session.commit()
    copy = tmp_path / "copy"
    flask("backup", "create", copy, on=alone)

    refused = flask("backup", "restore", copy, on=elsewhere)

    assert (refused.code, "revision 9999, which this code does not know" in refused.err) == (1, True)
    assert elsewhere.test_client().get("/readyz").status_code == 200


def test_a_copy_that_breaks_off_changes_nothing(flask, alone, elsewhere, account, tmp_path):
    for number in range(50):
        account.make_user(email=f"ann{number}@corp.example")
    copy = tmp_path / "copy"
    flask("backup", "create", copy, on=alone)
    copy.write_bytes(copy.read_bytes()[: -copy.stat().st_size // 4])
    with elsewhere.app_context():
        there = MadeAccount(elsewhere).make_user(email="bo@corp.example")

        refused = flask("backup", "restore", copy, on=elsewhere)

        assert refused.code == 1
        assert db.session.get(type(there), there.seq).email == "bo@corp.example"
        db.session.remove()
    assert elsewhere.test_client().get("/readyz").status_code == 200


@pytest.mark.parametrize("address", ["anna:hush-hush@db.example/people", "anna@db.example/people?password=hush-hush"])
def test_the_password_of_the_database_is_no_argument_that_others_can_read(monkeypatch, tmp_path, address):
    started, begin = [], subprocess.Popen

    def start(words, env, **named):
        started.append((words, env["PGPASSWORD"]))
        return begin(["true"], **named)

    monkeypatch.setattr(subprocess, "Popen", start)
    backup.create(f"postgresql+psycopg://{address}", tmp_path / "copy")

    ((words, password),) = started
    assert password == "hush-hush"
    assert "hush-hush" not in " ".join(words)
    assert words[:2] == ["pg_dump", "--dbname=postgresql://anna@db.example/people"]


def test_the_name_of_a_database_tells_no_password():
    address = "postgresql+psycopg://anna:hush@db.example/people?sslmode=verify-full&sslpassword=hush"

    assert backup.name_of(address) == "postgresql://anna@db.example/people?sslmode=verify-full"


def test_a_command_that_is_told_to_end_leaves_no_part_of_a_copy(flask, alone, account, tmp_path, monkeypatch):
    (tmp_path / "copies").mkdir()

    def told_to_end(part):
        Path(f"{part}-journal").touch()  # as SQLite leaves it where it could not undo what failed
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(backup.files, "to_disk", told_to_end)
    done = flask("backup", "create", str(tmp_path / "copies" / "copy"), on=alone)

    assert (done.code, list((tmp_path / "copies").iterdir())) == (128 + signal.SIGTERM, [])


def test_a_copy_that_is_in_its_place_and_not_settled_says_so(flask, alone, account, tmp_path, monkeypatch):
    copy = str(tmp_path / "copy")
    assert flask("backup", "create", copy, on=alone).code == 0
    made.dispose(alone)
    fault = OperationalError("COMMIT", None, Exception("disk I/O error"))
    monkeypatch.setattr(restored, "settle", Mock(side_effect=fault))

    done = flask("backup", "restore", copy, on=alone)

    assert done.code == 1
    assert done.err == (
        f"Error: {copy} is in its place, but nobody is signed out and no mail cancelled: disk I/O error. "
        "Repeat the command before you start the server.\n"
    )


def test_a_copy_replaces_no_file(flask, alone, account, tmp_path):
    there = tmp_path / "copy"
    there.write_text("precious")

    refused = flask("backup", "create", there, on=alone)

    assert (refused.code, "exists already" in refused.err) == (1, True)
    assert there.read_text() == "precious"


def test_a_copy_of_a_database_with_nobody_in_it_is_refused(flask, alone, tmp_path):
    """A timer without the settings of the server would copy nothing night after night, and say that it did."""
    refused = flask("backup", "create", tmp_path / "copy", on=alone)

    assert (refused.code, refused.out) == (1, "")
    assert f"no account in {backup.name_of(alone.config['SETTINGS'].database_url)}" in refused.err
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("place", ["file/copy", "missing/copy", "n" * 300])
def test_a_place_that_takes_no_copy_is_one_line(flask, alone, account, tmp_path, place):
    (tmp_path / "file").write_text("no folder")

    for command in ("create", "restore"):
        refused = flask("backup", command, tmp_path / place, on=alone)

        assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)

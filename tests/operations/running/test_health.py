"""What a proxy or supervisor hears of the server, and which tables it refuses to work on."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from scimapp.database import db, schema
from scimapp.directory.model import OutboxMail
from scimapp.directory.upkeep import readiness
from tests.support import databases as made


def heard(app, path):
    answer = app.test_client().get(path)
    return answer.status_code, answer.json, answer.headers.get("Retry-After")


def test_a_living_process_says_so_without_asking_the_database(app, statements):
    with statements() as log:
        answer = heard(app, "/healthz")

    assert answer == (200, {"status": "ok"}, None)
    assert log == []


def test_a_server_is_ready_when_its_database_is(app):
    assert heard(app, "/readyz") == (200, {"status": "ok", "database": "ok", "mail": "ok"}, None)


def test_mail_that_does_not_leave_is_told_and_takes_no_server_away(app, make_user, clock):
    make_user(state="invited")
    clock.advance(seconds=readiness.LATE.total_seconds() + 1)

    assert heard(app, "/readyz") == (200, {"status": "ok", "database": "ok", "mail": "late"}, None)


def test_mail_that_waits_for_a_server_that_is_away_is_late_too(app, make_user, clock):
    make_user(state="invited")
    away = update(OutboxMail).where(OutboxMail.state == "waiting")
    later = {"next_attempt_at": clock.now() + timedelta(days=1), "unreachable_since": clock.now() - timedelta(hours=1)}
    db.session.execute(away.values(**later))
    db.session.commit()

    assert heard(app, "/readyz")[1]["mail"] == "late"


@pytest.mark.parametrize(
    "revision, complaint",
    [
        ("9999", "revision 9999, which is newer than this code"),
        ("0004", "at revision 0004 and this code needs"),
        (None, "without tables"),
    ],
)
def test_other_tables_are_not_served(alone, revision, complaint):
    change = (
        "DROP TABLE alembic_version" if revision is None else f"UPDATE alembic_version SET version_num = {revision!r}"
    )
    db.session.execute(text(change))
    db.session.commit()

    assert heard(alone, "/readyz") == (503, {"status": "unavailable", "database": "other tables"}, "5")
    with pytest.raises(schema.SchemaError, match=complaint):
        schema.check_before_serving(alone.config["SETTINGS"].database_url)


def test_a_database_that_is_away_is_waited_for(tmp_path):
    file = tmp_path / "no-such-folder" / "scimapp.db"

    told = schema.check_before_serving(f"sqlite:///{file}")
    told_of_server = schema.check_before_serving("postgresql+psycopg://postgres@/none?host=/nowhere")

    assert told == f"unable to open database file ({file})"
    assert "/nowhere/" in told_of_server and told_of_server.endswith(" (SCIMAPP_DATABASE_URL)")


def test_an_option_of_the_address_that_there_is_not_is_told_in_a_line(databases):
    url = "postgresql+psycopg://postgres@/none?host=/nowhere&bogus=1"
    complaint = 'invalid connection option "bogus"'
    app = made.build_app(url, databases.folder)

    command = app.test_cli_runner().invoke(args=["accounts", "list"])

    assert (command.exit_code, command.output) == (1, f"Error: The database does not answer: {complaint}\n")
    with pytest.raises(schema.SchemaError, match=f"{complaint} [(]SCIMAPP_DATABASE_URL[)][.]$"):
        schema.check_before_serving(url)
    made.dispose(app)


def test_a_file_that_is_no_database_is_not_served(tmp_path):
    (tmp_path / "scimapp.db").write_text("not a database at all\n" * 99)

    with pytest.raises(schema.SchemaError, match="cannot be read: file is not a database"):
        schema.check_before_serving(f"sqlite:///{tmp_path}/scimapp.db")


def test_the_newest_revision_is_that_of_the_migrations(alone):
    assert schema.state(db.session.connection()) == (schema.CURRENT, schema.revisions()[-1])

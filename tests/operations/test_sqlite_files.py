"""What SQLite is told on every connection, and what its write-ahead log may grow to."""

from pathlib import Path

import pytest

from scimapp import create_app
from scimapp.database import db
from scimapp.engines import WAL_BYTES
from scimapp.settings import Settings
from tests.support.databases import dispose

MEBIBYTE = 1024 * 1024


@pytest.fixture
def as_served(databases, tmp_path):
    """The application as a server has it; that of other tests is in no hurry to the disk."""
    url = databases.copy("sqlite", "served")
    app = create_app(Settings.from_environment({"SCIMAPP_DATABASE_URL": url, "SCIMAPP_DATA_DIR": str(tmp_path)}))
    with app.app_context():
        yield Path(url.removeprefix("sqlite:///"))
    dispose(app)


def test_every_connection_keeps_what_it_has_confirmed(as_served):
    connections = [db.engine.connect() for _ in range(4)]

    told = [
        [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
        for connection in connections
    ]

    for connection in connections:
        connection.close()
    assert told == [["wal", 2, 1]] * 4


def test_the_write_ahead_log_shrinks_after_a_long_reader(as_served):
    log = as_served.with_name(as_served.name + "-wal")
    with db.engine.connect() as writer, db.engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM users").scalar()  # its moment has to be kept until it ends
        writer.exec_driver_sql("CREATE TABLE ballast (content BLOB)")
        for _ in range(WAL_BYTES // MEBIBYTE + 8):
            writer.exec_driver_sql(f"INSERT INTO ballast VALUES (zeroblob({MEBIBYTE}))")
        writer.commit()
        assert log.stat().st_size > WAL_BYTES

        reader.rollback()
        for _ in range(3):
            writer.exec_driver_sql("INSERT INTO ballast VALUES (NULL)")
            writer.commit()

        assert log.stat().st_size <= WAL_BYTES

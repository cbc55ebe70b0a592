"""The tables that the migrations make are the tables that the models describe, on each database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from scimapp.database import db

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'users'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'users'::regclass AND NOT tgisinternal",
}


def test_migrated_tables_are_the_models(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, db.metadata) == []


def test_a_rebuilt_table_of_people_keeps_its_trigger(app):
    """SQLite rebuilds a table to alter it and forgets its triggers; without this one, names of members would be old ones (0074)."""
    with db.engine.connect() as connection:
        assert connection.scalars(text(TRIGGERS[connection.dialect.name])).all() == ["users_member_shifts"]

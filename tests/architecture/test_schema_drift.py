"""The tables that the migrations make are the tables that the models describe, on each database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from scimapp.database import db
from scimapp.database.schema import Migrations

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name <> 'user_values' ORDER BY name",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid <> 'user_values'::regclass ORDER BY tgname"
    ),
}
STEPS = {"sqlite": ("delete", "insert", "update"), "postgresql": ("delete", "insert", "truncate", "update")}
LISTED = ("groups", "memberships", "nested_groups", "value_paths")
OF_PEOPLE = {
    "sqlite": ["user_documents_lists_update", "users_lists_delete", "users_lists_update"],
    "postgresql": [
        "indexed_values_lists_truncate", "user_documents_lists_truncate", "user_documents_lists_update",
        *(f"users_lists_{step}" for step in STEPS["postgresql"]),
    ],
}  # fmt: skip


def test_migrated_tables_are_the_models(app):
    with db.engine.connect() as connection:
        compared = {"compare_server_default": True, **Migrations.configure_args}
        context = MigrationContext.configure(connection, opts=compared)

        assert compare_metadata(context, db.metadata) == []


def test_rebuilt_tables_keep_their_triggers(app):
    """SQLite rebuilds a table to alter it and forgets its triggers; without them, names of members (0074) and lists of people (0134)
    would be old ones.
    """
    with db.engine.connect() as connection:
        name = connection.dialect.name
        moving = [f"{table}_lists_{step}" for table in LISTED for step in STEPS[name]]
        own = (
            ["list_changes_pass"]
            if name == "sqlite"
            else [
                "list_changes_listed_truncate",
                *(one.replace("_lists_", "_listed_") for one in (*moving, *OF_PEOPLE[name], "users_lists_state")),
            ]
        )
        expected = sorted([*moving, *OF_PEOPLE[name], *own, "users_lists_state", "users_member_shifts"])

        assert connection.scalars(text(TRIGGERS[name])).all() == expected

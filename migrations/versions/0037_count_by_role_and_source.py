"""count by role and source in one index

The index that counts people by state holds role and source too: with a filter by one of them SQLite went through the index of the
list, which holds all names, and looked up everybody in the list of those who meet the other filters.

Postgres keeps how values are spread within each field: of all fields together it expected a twentieth of the people who meet a
condition, and looked each of them up by itself.
"""

from alembic import op

revision = "0037"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_users_found", "users"
STATISTICS = {"st_user_values_number": "path, number", "st_user_values_text": "path, text_key"}


def upgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["account_id", "seq", "state", "role", "connection_id", "source"])
    if op.get_bind().dialect.name == "postgresql":
        for name, columns in STATISTICS.items():
            op.execute(f"CREATE STATISTICS {name} (mcv) ON {columns} FROM user_values")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for name in STATISTICS:
            op.execute(f"DROP STATISTICS {name}")
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["account_id", "seq", "state"])

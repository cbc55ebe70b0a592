"""count by role and source in one index

The index that counts people by state holds role and source too: with a filter by one of them SQLite went through the index of the
list, which holds all names, and looked up everybody in the list of those who meet the other filters.
"""

from alembic import op

revision = "0037"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_users_found", "users"


def upgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["account_id", "seq", "state", "role", "connection_id", "source"])


def downgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["account_id", "seq", "state"])

"""search names in an index on Postgres

What a search for words looks through is the last but a few of forty columns of a person: to come to it Postgres took apart the rows of
everybody, at two thirds of the price of a search. The index of the list holds it, as on SQLite, but for texts that are too long for an
entry of an index; who has such a text is in an index as well, mostly an empty one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

LIST, LONG, TABLE = "ix_users_list", "ix_users_long_words", "users"
COLUMNS = [
    "account_id", "order_key", "seq", "state", "role", "connection_id", "source", "search_key", "last_sign_in_at",
]  # fmt: skip


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(LIST, table_name=TABLE)
        op.create_index(LIST, TABLE, COLUMNS, postgresql_where=sa.text("octet_length(search_key) <= 1000"))
    op.create_index(
        LONG, TABLE, ["account_id"],
        sqlite_where=sa.text("false"), postgresql_where=sa.text("octet_length(search_key) > 1000"),
    )  # fmt: skip


def downgrade():
    op.drop_index(LONG, table_name=TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(LIST, table_name=TABLE)
        op.create_index(LIST, TABLE, COLUMNS, postgresql_where=sa.text("false"))

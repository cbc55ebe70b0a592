"""write fewer indexes

Each index is a page more to write for every person that a directory sends. On SQLite those that begin like a wider one
stay empty, those by what hardly anybody has hold only who has it. Removed people get one, so that a person who is created
is compared with the removed ones by name, however many there are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0031"
branch_labels = None
depends_on = None

LIST = ["account_id", "order_key", "seq", "state", "role", "connection_id", "source", "search_key"]
NEVER, HAS_BATCH = sa.text("false"), sa.text("batch_id IS NOT NULL")
# (name, table, columns, options before, options after)
ALTERED = (
    ("ix_users_order", "users", ["account_id", "order_key", "seq"], {}, {"sqlite_where": NEVER}),
    ("ix_users_signed_in", "users", ["account_id", "last_sign_in_at", "order_key", "seq"], {},
     {"sqlite_where": sa.text("last_sign_in_at IS NOT NULL")}),
    ("ix_audit_entries_account", "audit_entries", ["account_id", "seq"], {}, {"sqlite_where": NEVER}),
    ("ix_audit_entries_batch", "audit_entries", ["account_id", "batch_id", "seq"], {},
     {"sqlite_where": HAS_BATCH, "postgresql_where": HAS_BATCH}),
)  # fmt: skip


def upgrade():
    for name, table, columns, _, options in ALTERED:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, **options)
    op.drop_index("ix_users_list", table_name="users")
    op.create_index("ix_users_list", "users", [*LIST, "last_sign_in_at"], postgresql_where=NEVER)
    is_removed = sa.text("removed_at IS NOT NULL")
    op.create_index(
        "ix_users_removed", "users", ["account_id", "user_name_key"],
        sqlite_where=is_removed, postgresql_where=is_removed,
    )  # fmt: skip


def downgrade():
    op.drop_index("ix_users_removed", table_name="users")
    op.drop_index("ix_users_list", table_name="users")
    op.create_index("ix_users_list", "users", LIST, postgresql_where=NEVER)
    for name, table, columns, options, _ in ALTERED:
        op.drop_index(name, table_name=table)
        op.create_index(name, table, columns, **options)

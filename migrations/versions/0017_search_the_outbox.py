"""search the outbox

The list of mails is filtered by state and searched by address; what waits because the mail server is away is found at
once. Each filter has an index of its own, so that the list is quick with a hundred thousand mails behind it.
"""

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
RETRYING = sa.text("state = 'waiting' AND last_error IS NOT NULL")
UNREACHABLE = sa.text("unreachable_since IS NOT NULL")

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("outbox_mails") as table:
        table.add_column(sa.Column("to_key", KEY, nullable=True))
    op.execute("UPDATE outbox_mails SET to_key = lower(to_address)")
    with op.batch_alter_table("outbox_mails") as table:
        table.alter_column("to_key", existing_type=KEY, nullable=False)
    op.create_index("ix_outbox_mails_state", "outbox_mails", ["account_id", "state", "seq"])
    op.create_index(
        "ix_outbox_mails_retrying", "outbox_mails", ["account_id", "seq"],
        sqlite_where=RETRYING, postgresql_where=RETRYING,
    )  # fmt: skip
    op.create_index(
        "ix_outbox_mails_unreachable", "outbox_mails", ["account_id", "unreachable_since"],
        sqlite_where=UNREACHABLE, postgresql_where=UNREACHABLE,
    )  # fmt: skip


def downgrade():
    for name in ("unreachable", "retrying", "state"):
        op.drop_index(f"ix_outbox_mails_{name}", table_name="outbox_mails")
    with op.batch_alter_table("outbox_mails") as table:
        table.drop_column("to_key")

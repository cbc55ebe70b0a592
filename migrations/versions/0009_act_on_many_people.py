"""act on many people

Batches: an action on many people or the rows of a file, with what came of each. The audit log names the batch an entry
belongs to and the browser or client behind it.
"""

import sqlalchemy as sa
from alembic import op

IDENTIFIER = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "batches",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", IDENTIFIER, nullable=True),
        sa.Column("created_by_label", sa.Text(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("undoes_id", IDENTIFIER, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("request_id", IDENTIFIER, nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("account_id", "seq", name="uq_batches_account_seq"),
        sa.UniqueConstraint("account_id", "id", name="uq_batches_account_id"),
    )
    running = sa.text("state = 'running'")
    op.create_index(
        "ix_batches_running", "batches", ["leased_until", "seq"], sqlite_where=running, postgresql_where=running
    )
    op.create_index("ix_batches_undoes", "batches", ["account_id", "undoes_id"])
    op.create_table(
        "batch_items",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("batch_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", IDENTIFIER, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id", "batch_seq"], ["batches.account_id", "batches.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "batch_seq", "line"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_items_outcome", "batch_items", ["account_id", "batch_seq", "outcome", "line"])
    with op.batch_alter_table("audit_entries") as table:
        table.add_column(sa.Column("batch_id", IDENTIFIER, nullable=True))
        table.add_column(sa.Column("agent", sa.Text(), nullable=True))
        table.create_index("ix_audit_entries_actor", ["account_id", "actor_id", "seq"])
        table.create_index("ix_audit_entries_request", ["account_id", "request_id"])
        table.create_index("ix_audit_entries_batch", ["account_id", "batch_id", "seq"])


def downgrade():
    with op.batch_alter_table("audit_entries") as table:
        table.drop_index("ix_audit_entries_batch")
        table.drop_index("ix_audit_entries_request")
        table.drop_index("ix_audit_entries_actor")
        table.drop_column("agent")
        table.drop_column("batch_id")
    op.drop_table("batch_items")
    op.drop_table("batches")

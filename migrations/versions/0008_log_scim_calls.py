"""log SCIM calls

The provisioning log: a row a call, its bodies for a while, counts by the hour; and the link from a token to the one that
replaces it.
"""

import sqlalchemy as sa
from alembic import op

IDENTIFIER = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "scim_calls",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("request_id", IDENTIFIER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("token_id", IDENTIFIER, nullable=True),
        sa.Column("token_label", sa.Text(), nullable=True),
        sa.Column("token_hint", sa.String(length=8), nullable=True),
        sa.Column("provider", sa.String(length=16), nullable=True),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("operation", sa.String(length=16), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("scim_type", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=True),
        sa.Column("target_kind", sa.String(length=8), nullable=True),
        sa.Column("target_id", IDENTIFIER, nullable=True),
        sa.Column("target_label", sa.Text(), nullable=True),
        sa.Column("target_key", sa.Text(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("account_id", "seq", name="uq_scim_calls_account_seq"),
    )
    op.create_index("ix_scim_calls_request", "scim_calls", ["account_id", "request_id"])
    op.create_index("ix_scim_calls_at", "scim_calls", ["account_id", "at"])
    op.create_index("ix_scim_calls_result", "scim_calls", ["account_id", "result", "seq"])
    op.create_index("ix_scim_calls_target", "scim_calls", ["account_id", "target_id", "seq"])
    op.create_index("ix_scim_calls_token", "scim_calls", ["account_id", "token_id", "seq"])
    op.create_index("ix_scim_calls_operation", "scim_calls", ["account_id", "operation", "seq"])
    op.create_index("ix_scim_calls_cause", "scim_calls", ["account_id", "cause", "target_id", "seq"])
    op.create_table(
        "scim_call_bodies",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("call_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "call_seq"], ["scim_calls.account_id", "scim_calls.seq"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "call_seq"),
    )
    op.create_table(
        "scim_call_hours",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "hour"),
    )
    with op.batch_alter_table("scim_tokens") as table:
        table.add_column(sa.Column("replaced_by_id", IDENTIFIER, nullable=True))


def downgrade():
    with op.batch_alter_table("scim_tokens") as table:
        table.drop_column("replaced_by_id")
    for table_name in ("scim_call_hours", "scim_call_bodies", "scim_calls"):
        op.drop_table(table_name)

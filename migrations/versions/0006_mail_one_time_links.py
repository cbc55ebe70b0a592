"""mail one-time links

Links that set a new password or confirm an address, each once, and who asked for one. A session remembers when its password was last typed, so
that sensitive actions can ask for it again.
"""

import sqlalchemy as sa
from alembic import op

IDENTIFIER = sa.String(length=64)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "one_time_links",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("user_seq", SEQUENCE, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_links_token_hash"),
    )
    op.create_index("ix_one_time_links_user", "one_time_links", ["account_id", "user_seq", "seq"])
    op.create_table(
        "link_requests",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("email_key", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    with op.batch_alter_table("outbox_mails") as table:
        table.add_column(sa.Column("link_id", IDENTIFIER, nullable=True))
        table.add_column(sa.Column("unreachable_since", MOMENT, nullable=True))
    with op.batch_alter_table("user_sessions") as table:
        table.add_column(sa.Column("confirmed_at", MOMENT, nullable=True))
    op.execute("UPDATE user_sessions SET confirmed_at = created_at")
    with op.batch_alter_table("user_sessions") as table:
        table.alter_column("confirmed_at", existing_type=MOMENT, nullable=False)


def downgrade():
    with op.batch_alter_table("user_sessions") as table:
        table.drop_column("confirmed_at")
    with op.batch_alter_table("outbox_mails") as table:
        table.drop_column("unreachable_since")
        table.drop_column("link_id")
    op.drop_table("link_requests")
    op.drop_table("one_time_links")

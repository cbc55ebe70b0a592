"""sign in in two steps

Whoever asks for a code at sign-in has a row: a random number that the key of the codes is derived from, and digests of the
recovery codes that are left. A table of its own, so that people stay as narrow as lists and directories read them. An account says
whether it asks its administrators for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "second_steps",
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("key_hash", KEY, nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_seq"),
    )
    op.add_column("accounts", sa.Column("two_step", sa.String(8), nullable=False, server_default="advise"))


def downgrade():
    with op.batch_alter_table("accounts") as table:
        table.drop_column("two_step")
    op.drop_table("second_steps")

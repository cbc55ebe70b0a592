"""remember who is being erased

Whoever erases somebody who signed much does so in pieces, and another process goes on where one was stopped (decision 0112). Whoever
writes the provisioning log looks here whether somebody was erased since the calls were made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade():
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "erasures",
        sa.Column("account_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("done_at", moment),
        sa.Column("asked_by_id", sa.String(64)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("address", sa.Text()),
        sa.Column("agent", sa.Text()),
        sa.Column("leased_until", moment),
        sa.PrimaryKeyConstraint("account_id", "user_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
    )
    op.create_index("ix_erasures_done", "erasures", ["account_id", "done_at"])


def downgrade():
    op.drop_table("erasures")

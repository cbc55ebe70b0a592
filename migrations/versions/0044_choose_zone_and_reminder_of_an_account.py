"""choose zone and reminder of an account

People who chose no time zone read times in that of their account, and an account may do without the reminder of invitations
(decision 0115). Accounts that are here stay as they were: in UTC, and reminding.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("accounts", sa.Column("time_zone", sa.String(64)))
    op.add_column("accounts", sa.Column("remind_invited", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade():
    with op.batch_alter_table("accounts") as table:
        table.drop_column("remind_invited")
        table.drop_column("time_zone")

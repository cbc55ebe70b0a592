"""find invitations and mails by person

The people list says for each person how the invitation stands, and a deactivation withdraws what has not left. Without
these indexes both read every invitation and mail of the deployment.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_invitations_user", "invitations", ["account_id", "user_seq", "seq"], unique=False)
    op.create_index("ix_outbox_mails_user", "outbox_mails", ["account_id", "user_seq"], unique=False)


def downgrade():
    op.drop_index("ix_outbox_mails_user", table_name="outbox_mails")
    op.drop_index("ix_invitations_user", table_name="invitations")

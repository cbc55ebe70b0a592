"""tell before a token ends

A token remembers the thresholds that administrators were told of, and the mail that tells of it remembers the token.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("scim_tokens", sa.Column("told_days", sa.Text()))
    op.add_column("outbox_mails", sa.Column("token_id", sa.String(64)))


def downgrade():
    for table, column in (("outbox_mails", "token_id"), ("scim_tokens", "told_days")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)

"""find mails that are retried

The index of waiting mails that were refused once began like that of all mails, so SQLite took the one by state and read every
mail that waits, to count and to list the few. It begins like that one now, and holds less.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0033"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_outbox_mails_retrying", "outbox_mails"
RETRYING = sa.text("state = 'waiting' AND last_error IS NOT NULL")


def upgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(
        NAME, TABLE, ["account_id", "state", "seq"], sqlite_where=RETRYING, postgresql_where=RETRYING
    )  # fmt: skip


def downgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["account_id", "seq"], sqlite_where=RETRYING, postgresql_where=RETRYING)

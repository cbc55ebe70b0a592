"""remember values set by hand

A value that a directory sent for a person changes there only; one that was set here stays ours to edit. The list of
those names tells the two apart. NULL means none, which is so for everybody whom only a directory has written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("user_documents") as table:
        table.add_column(sa.Column("set_by_hand", sa.Text(), nullable=True))


def downgrade():
    with op.batch_alter_table("user_documents") as table:
        table.drop_column("set_by_hand")

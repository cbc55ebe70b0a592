"""describe custom fields further

A custom field may have a default for people added by hand, be open to the people themselves, or be for administrators
only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("custom_fields") as table:
        table.add_column(sa.Column("default_value", sa.Text(), nullable=True))
        table.add_column(sa.Column("people_may_edit", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("admins_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("custom_fields") as table:
        for name in ("people_may_edit", "admins_only"):
            table.alter_column(name, existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade():
    with op.batch_alter_table("custom_fields") as table:
        for name in ("admins_only", "people_may_edit", "default_value"):
            table.drop_column(name)

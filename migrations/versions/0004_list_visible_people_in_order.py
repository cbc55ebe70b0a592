"""list visible people in order

Every SCIM list begins with the people that SCIM sees, in the order of creation. Without this index SQLite reads all of
them to answer a filter that the value index has answered already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_VISIBLE = sa.text("scim_id IS NOT NULL")


def upgrade():
    op.create_index(
        "ix_users_visible",
        "users",
        ["account_id", "seq"],
        unique=False,
        sqlite_where=_VISIBLE,
        postgresql_where=_VISIBLE,
    )


def downgrade():
    op.drop_index("ix_users_visible", table_name="users")

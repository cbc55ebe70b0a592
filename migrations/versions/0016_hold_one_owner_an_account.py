"""hold one owner an account

An account has exactly one owner. The guards keep it so; the database now refuses a second one as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0017"
branch_labels = None
depends_on = None

IS_OWNER = sa.text("role = 'owner'")


def upgrade():
    op.create_index(
        "uq_users_owner", "users", ["account_id"], unique=True, sqlite_where=IS_OWNER, postgresql_where=IS_OWNER
    )


def downgrade():
    op.drop_index("uq_users_owner", table_name="users")

"""Count what shifts groups.

What people show of their groups is remembered until a group gets another name, id or place in others (decision 0058).
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(sa.text("INSERT INTO counters (account_id, name, value) SELECT id, 'group_shifts', 0 FROM accounts"))


def downgrade():
    op.execute(sa.text("DELETE FROM counters WHERE name = 'group_shifts'"))

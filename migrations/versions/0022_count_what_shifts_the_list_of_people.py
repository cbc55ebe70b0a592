"""Count what shifts the list of people.

Removals and returns move everybody who was created later to another place in the list; where a page of it begins is
remembered until then (decision 0038).
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(sa.text("INSERT INTO counters (account_id, name, value) SELECT id, 'scim_shifts', 0 FROM accounts"))


def downgrade():
    op.execute(sa.text("DELETE FROM counters WHERE name = 'scim_shifts'"))

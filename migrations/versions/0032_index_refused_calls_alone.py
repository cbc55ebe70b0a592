"""index refused calls alone

Nearly every call is answered and has no cause: indexes by result and cause hold the few others, which are what is looked
for by them. Calls that were answered are found among all.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0036"
branch_labels = None
depends_on = None

# (name, columns, which rows it holds)
NARROWED = (
    ("ix_scim_calls_result", ["account_id", "result", "seq"], "result <> 'answered'"),
    ("ix_scim_calls_cause", ["account_id", "cause", "target_id", "seq"], "cause IS NOT NULL"),
)


def upgrade():
    for name, columns, rows in NARROWED:
        op.drop_index(name, table_name="scim_calls")
        op.create_index(name, "scim_calls", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade():
    for name, columns, _rows in NARROWED:
        op.drop_index(name, table_name="scim_calls")
        op.create_index(name, "scim_calls", columns)

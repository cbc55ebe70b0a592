"""vacuum what lists read

Postgres reads a list from an index alone only where it knows that everybody sees the rows, which VACUUM notes by pages of the table. A
change of one row ends it for the seventeen people, or hundred and forty values, of a page; autovacuum comes when a fifth of the table has
changed, and by then there is no such page left (decision 0147).
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# The share of the rows that may have changed, or come. Few values of a person change at a time, and each of them ends a page.
SHARES = {"users": 0.01, "memberships": 0.01, "indexed_values": 0.002}
OPTIONS = ("autovacuum_vacuum_scale_factor", "autovacuum_vacuum_insert_scale_factor")


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        for table, share in SHARES.items():
            op.execute(f"ALTER TABLE {table} SET ({', '.join(f'{option} = {share}' for option in OPTIONS)})")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        for table in SHARES:
            op.execute(f"ALTER TABLE {table} RESET ({', '.join(OPTIONS)})")

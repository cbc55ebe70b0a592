"""nest groups and rule roles

Groups in groups, the rules by which members of a group have a role, and the note that a directory's push met a group of
the same name.
"""

import sqlalchemy as sa
from alembic import op

IDENTIFIER = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "nested_groups",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("group_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("member_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["account_id", "member_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "group_seq", "member_seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_nested_groups_member", "nested_groups", ["account_id", "member_seq", "group_seq"])
    op.create_table(
        "role_rules",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("group_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "group_seq"),
    )
    with op.batch_alter_table("groups") as table:
        table.add_column(sa.Column("conflict_at", MOMENT, nullable=True))
        table.add_column(sa.Column("conflict_connection_id", IDENTIFIER, nullable=True))


def downgrade():
    with op.batch_alter_table("groups") as table:
        table.drop_column("conflict_connection_id")
        table.drop_column("conflict_at")
    op.drop_table("role_rules")
    op.drop_table("nested_groups")

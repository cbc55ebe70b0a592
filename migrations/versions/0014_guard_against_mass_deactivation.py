"""guard against mass deactivation

A directory with a wrong rule can deactivate everybody: the account is told, and asked first where it wants to be. And a
directory may give people a role where the account lets it; that role is kept beside the one given by hand, so that the
directory takes away only what it gave.
"""

import sqlalchemy as sa
from alembic import op

IDENTIFIER = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)

revision = "0014"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("accounts") as table:
        table.add_column(sa.Column("stop_deactivations", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("directory_roles", sa.String(length=16), nullable=False, server_default="never"))
    with op.batch_alter_table("accounts") as table:  # the models give every value
        for name, type_ in (("stop_deactivations", sa.Boolean()), ("directory_roles", sa.String(length=16))):
            table.alter_column(name, existing_type=type_, existing_nullable=False, server_default=None)
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("directory_role", sa.String(length=16), nullable=True))
    op.create_table(
        "deactivation_guards",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("token_id", IDENTIFIER, nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("exceeded_at", MOMENT, nullable=True),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("span_minutes", sa.Integer(), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=True),
        sa.Column("kept_by", sa.Text(), nullable=True),
        sa.Column("open_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id", "token_id"], ["scim_tokens.account_id", "scim_tokens.id"]),
        sa.PrimaryKeyConstraint("account_id", "token_id"),
    )


def downgrade():
    op.drop_table("deactivation_guards")
    with op.batch_alter_table("users") as table:
        table.drop_column("directory_role")
    with op.batch_alter_table("accounts") as table:
        table.drop_column("directory_roles")
        table.drop_column("stop_deactivations")

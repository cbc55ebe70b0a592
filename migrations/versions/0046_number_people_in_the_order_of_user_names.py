"""number people in the order of user names on Postgres

A list in the order of user names or of e-mail addresses reads who stands where from the index of these. On Postgres that held no number of
a person, so each row was read as well: of 100,000 people in 75 ms, not 12. An index of SQLite has the number by itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None

INDEXES = {"uq_users_user_name": "user_name_key", "uq_users_email": "email_key"}


def upgrade():
    _make_again(postgresql_include=["seq"])


def downgrade():
    _make_again()


def _make_again(**options):
    if op.get_bind().dialect.name != "postgresql":
        return
    for name, column in INDEXES.items():
        op.drop_index(name, table_name="users")
        op.create_index(
            name,
            "users",
            ["account_id", column],
            unique=True,
            postgresql_where=sa.text("scim_id IS NOT NULL"),
            **options,
        )

"""index people as actors

Entries of the audit log are sought by actor where a person is erased. What tokens do, nearly everything, is left out of the
index by actor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0034"
branch_labels = None
depends_on = None

NAME, TABLE, COLUMNS = "ix_audit_entries_actor", "audit_entries", ["account_id", "actor_id", "seq"]


def upgrade():
    is_person = sa.text("actor_kind = 'person'")
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, COLUMNS, sqlite_where=is_person, postgresql_where=is_person)


def downgrade():
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, COLUMNS)

"""write narrower indexes of people

The indexes by state, role and source held the name, so that a new name was written into each of them, and active people and
members, who are most. Lists in these orders are put together from numbers. State and role also stood in ``ix_users_found``, which
looks people up by number, and the state in ``ix_users_list``, where no search for words asks for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

IS_SHORT = sa.text("octet_length(search_key) <= 1000")
NOT_ACTIVE = sa.text("state <> 'active'")
ABOVE_MEMBER = sa.text("role <> 'member'")


def upgrade():
    _replace("ix_users_state", "state", "seq", sqlite_where=NOT_ACTIVE, postgresql_where=NOT_ACTIVE)
    _replace("ix_users_role", "role", "seq", sqlite_where=ABOVE_MEMBER, postgresql_where=ABOVE_MEMBER)
    _replace("ix_users_source", "connection_id", "source", "seq")
    _replace("ix_users_found", "seq", "connection_id", "source")
    columns = ("order_key", "seq", "role", "connection_id", "source", "search_key")
    _replace("ix_users_list", *columns, postgresql_where=IS_SHORT)


def downgrade():
    _replace("ix_users_state", "state", "order_key", "seq")
    _replace("ix_users_role", "role", "order_key", "seq")
    _replace("ix_users_source", "connection_id", "source", "order_key", "seq")
    _replace("ix_users_found", "seq", "state", "role", "connection_id", "source")
    columns = ("order_key", "seq", "state", "role", "connection_id", "source", "search_key")
    _replace("ix_users_list", *columns, postgresql_where=IS_SHORT)


def _replace(name, *columns, **options):
    op.drop_index(name, table_name="users")
    op.create_index(name, "users", ["account_id", *columns], **options)

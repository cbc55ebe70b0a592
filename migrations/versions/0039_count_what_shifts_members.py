"""count what shifts members

What groups show of their members is remembered until somebody in the account is called otherwise or gets another SCIM id (decision
0074). The database counts that itself, whoever writes: servers of the release before too, which may run while others are renewed.

On Postgres the count moves when a transaction ends, so that nobody holds it who still waits for something; a transaction counts
once, by its number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

COUNT = """
    INSERT INTO counters (account_id, name, value) VALUES (NEW.account_id, 'member_shifts', {first})
    ON CONFLICT (account_id, name) DO UPDATE SET value = {next}
"""


def upgrade():
    if not _is_postgres():
        count = COUNT.format(first="1", next="value + 1")
        shift = "OLD.display_name IS NOT NEW.display_name OR OLD.scim_id IS NOT NEW.scim_id"
        op.execute(
            "CREATE TRIGGER users_member_shifts AFTER UPDATE OF display_name, scim_id ON users"
            f" WHEN {shift} BEGIN {count}; END"
        )
        return
    count = COUNT.format(first="txid_current()", next="excluded.value WHERE counters.value <> excluded.value")
    op.execute(  # a copy of the release before that is put back over this one replaces the tables and leaves the function
        "CREATE OR REPLACE FUNCTION users_member_shifts() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {count}; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER users_member_shifts AFTER UPDATE OF display_name, scim_id ON users"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " WHEN (OLD.display_name IS DISTINCT FROM NEW.display_name OR OLD.scim_id IS DISTINCT FROM NEW.scim_id)"
        " EXECUTE FUNCTION users_member_shifts()"
    )


def downgrade():
    if _is_postgres():
        op.execute("DROP TRIGGER users_member_shifts ON users")
        op.execute("DROP FUNCTION users_member_shifts()")
    else:
        op.execute("DROP TRIGGER users_member_shifts")
    op.execute(sa.text("DELETE FROM counters WHERE name = 'member_shifts'"))


def _is_postgres():
    return op.get_bind().dialect.name == "postgresql"

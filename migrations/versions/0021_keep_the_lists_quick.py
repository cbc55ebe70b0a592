"""keep the lists quick

How many people have a value of a field was counted over the index of all values each time somebody opened the list of
fields. Now the count is kept with the others, in the transaction that writes a value. Names of counters become longer: a
Field ID has up to 64 letters. The outbox and the audit log get an index each that holds all their filters ask for, and
people one that counts by state whom a filter of a field has found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None

COUNTED = """
    INSERT INTO counters (account_id, name, value)
    SELECT account_id, 'custom.' || field_id_key, (
        SELECT count(DISTINCT user_seq) FROM user_values
        WHERE user_values.account_id = custom_fields.account_id AND path = 'custom.' || field_id_key
    )
    FROM custom_fields
"""


def upgrade():
    with op.batch_alter_table("counters") as table:
        table.alter_column("name", existing_type=sa.String(32), type_=sa.String(80), existing_nullable=False)
    op.execute(COUNTED)
    op.create_index(
        "ix_outbox_mails_list", "outbox_mails", ["account_id", "seq", "state", "kind", "user_seq", "to_key"]
    )
    op.drop_index("ix_outbox_mails_account", table_name="outbox_mails")
    op.create_index("ix_users_found", "users", ["account_id", "seq", "state"])
    op.create_index(
        "ix_audit_entries_list", "audit_entries",
        ["account_id", "seq", "at", "event", "target_kind", "target_id", "actor_label", "target_label"],
        postgresql_where=sa.text("false"),
    )  # fmt: skip


def downgrade():
    op.drop_index("ix_users_found", table_name="users")
    op.drop_index("ix_audit_entries_list", table_name="audit_entries")
    op.create_index("ix_outbox_mails_account", "outbox_mails", ["account_id", "seq"])
    op.drop_index("ix_outbox_mails_list", table_name="outbox_mails")
    op.execute("DELETE FROM counters WHERE name LIKE 'custom.%'")
    with op.batch_alter_table("counters") as table:
        table.alter_column("name", existing_type=sa.String(80), type_=sa.String(32), existing_nullable=False)

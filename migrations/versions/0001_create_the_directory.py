"""create the directory

Accounts, people (a narrow row, a document, a value index), groups and memberships, custom fields, invitations, SCIM
tokens, the mail outbox, sessions and the audit log. Every tenant table carries account_id, and links between them are
composite keys that begin with it, so that no row can point into another account.
"""

import sqlalchemy as sa
from alembic import op

# Types as they were when this revision was written; models change, merged revisions do not.
IDENTIFIER = sa.String(length=64)
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "accounts",
    "failed_attempts",
    "setup_links",
    "audit_entries",
    "counters",
    "custom_fields",
    "groups",
    "scim_tokens",
    "users",
    "invitations",
    "memberships",
    "outbox_mails",
    "skipped_members",
    "user_documents",
    "user_sessions",
    "user_values",
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "accounts",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("fields_version", sa.Integer(), nullable=False),
        sa.Column("scim_enabled_at", MOMENT, nullable=True),
        sa.Column("invite_provisioned", sa.Boolean(), nullable=False),
        sa.Column("same_name_groups", sa.String(length=16), nullable=False),
        sa.Column("put_clears_extension", sa.Boolean(), nullable=False),
        sa.Column("revive_inactive", sa.Boolean(), nullable=False),
        sa.Column("strict_members", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_table(
        "failed_attempts",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_failed_attempts"),
    )
    op.create_index("ix_failed_attempts_key", "failed_attempts", ["key", "at"], unique=False)

    op.create_table(
        "setup_links",
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_setup_links"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", IDENTIFIER, nullable=True),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("target_kind", sa.String(length=16), nullable=False),
        sa.Column("target_id", IDENTIFIER, nullable=True),
        sa.Column("target_label", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("request_id", IDENTIFIER, nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_audit_entries_account_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_account", "audit_entries", ["account_id", "seq"], unique=False)
    op.create_index("ix_audit_entries_target", "audit_entries", ["account_id", "target_id", "seq"], unique=False)

    op.create_table(
        "counters",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_counters_account_id"),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_counters"),
    )
    op.create_table(
        "custom_fields",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("field_id", IDENTIFIER, nullable=False),
        sa.Column("field_id_key", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("multi_valued", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("help_text", sa.Text(), nullable=False),
        sa.Column("unknown_choice", sa.String(length=8), nullable=False),
        sa.Column("show_in_list", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("last_received_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_custom_fields_account_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_custom_fields"),
        sa.UniqueConstraint("account_id", "field_id_key", name="uq_custom_fields_field_id"),
    )
    op.create_table(
        "groups",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("display_name_key", KEY, nullable=False),
        sa.Column("external_id", KEY, nullable=True),
        sa.Column("connection_id", IDENTIFIER, nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("last_push_at", MOMENT, nullable=True),
        sa.Column("last_push_token_label", sa.Text(), nullable=True),
        sa.Column("last_push_sent", sa.Integer(), nullable=False),
        sa.Column("last_push_skipped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_groups_account_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_groups"),
        sa.UniqueConstraint("account_id", "id", name="uq_groups_account_id"),
        sa.UniqueConstraint("account_id", "seq", name="uq_groups_account_seq"),
    )
    op.create_index("ix_groups_name", "groups", ["account_id", "display_name_key", "seq"], unique=False)
    op.create_index(
        "uq_groups_external_id",
        "groups",
        ["account_id", "connection_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )

    op.create_table(
        "scim_tokens",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("connection_id", IDENTIFIER, nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by_id", IDENTIFIER, nullable=True),
        sa.Column("created_by_label", sa.Text(), nullable=False),
        sa.Column("maker_role", sa.String(length=16), nullable=False),
        sa.Column("activated_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("first_used_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("last_used_address", sa.Text(), nullable=True),
        sa.Column("last_used_agent", sa.Text(), nullable=True),
        sa.Column("last_used_summary", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_scim_tokens_account_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_scim_tokens"),
        sa.UniqueConstraint("account_id", "id", name="uq_scim_tokens_account_id"),
        sa.UniqueConstraint("token_hash", name="uq_scim_tokens_token_hash"),
    )
    op.create_index("ix_scim_tokens_account", "scim_tokens", ["account_id", "state"], unique=False)

    op.create_table(
        "users",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("scim_id", IDENTIFIER, nullable=True),
        sa.Column("connection_id", IDENTIFIER, nullable=True),
        sa.Column("external_id", KEY, nullable=True),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("user_name_key", KEY, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", KEY, nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("name_key", KEY, nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("active_unassigned", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("deactivated_at", MOMENT, nullable=True),
        sa.Column("deactivated_by", sa.Text(), nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("last_sign_in_at", MOMENT, nullable=True),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_users_account_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_users"),
        sa.UniqueConstraint("account_id", "id", name="uq_users_account_id"),
        sa.UniqueConstraint("account_id", "scim_id", name="uq_users_scim_id"),
        sa.UniqueConstraint("account_id", "seq", name="uq_users_account_seq"),
    )
    op.create_index("ix_users_email_sign_in", "users", ["email_key"], unique=False)
    op.create_index("ix_users_name", "users", ["account_id", "name_key", "seq"], unique=False)
    op.create_index("ix_users_state", "users", ["account_id", "state", "name_key", "seq"], unique=False)
    op.create_index("ix_users_updated", "users", ["account_id", "updated_at"], unique=False)
    op.create_index(
        "uq_users_email",
        "users",
        ["account_id", "email_key"],
        unique=True,
        sqlite_where=sa.text("scim_id IS NOT NULL"),
        postgresql_where=sa.text("scim_id IS NOT NULL"),
    )
    op.create_index(
        "uq_users_external_id",
        "users",
        ["account_id", "connection_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("scim_id IS NOT NULL AND external_id IS NOT NULL"),
        postgresql_where=sa.text("scim_id IS NOT NULL AND external_id IS NOT NULL"),
    )
    op.create_index(
        "uq_users_user_name",
        "users",
        ["account_id", "user_name_key"],
        unique=True,
        sqlite_where=sa.text("scim_id IS NOT NULL"),
        postgresql_where=sa.text("scim_id IS NOT NULL"),
    )

    op.create_table(
        "invitations",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("user_seq", SEQUENCE, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("nonce", IDENTIFIER, nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_invitations_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )
    op.create_index(
        "uq_invitations_open",
        "invitations",
        ["account_id", "user_seq"],
        unique=True,
        sqlite_where=sa.text("accepted_at IS NULL AND voided_at IS NULL"),
        postgresql_where=sa.text("accepted_at IS NULL AND voided_at IS NULL"),
    )

    op.create_table(
        "memberships",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("group_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "group_seq"],
            ["groups.account_id", "groups.seq"],
            name="fk_memberships_account_id_group_seq",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_memberships_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "group_seq", "user_seq", name="pk_memberships"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_memberships_user", "memberships", ["account_id", "user_seq", "group_seq"], unique=False)

    op.create_table(
        "outbox_mails",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_seq", SEQUENCE, nullable=False),
        sa.Column("invitation_id", IDENTIFIER, nullable=True),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("lease_id", IDENTIFIER, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_outbox_mails_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox_mails"),
        sa.UniqueConstraint("account_id", "id", name="uq_outbox_mails_account_id"),
    )
    op.create_index("ix_outbox_mails_account", "outbox_mails", ["account_id", "seq"], unique=False)
    op.create_index("ix_outbox_mails_due", "outbox_mails", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "skipped_members",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("group_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("skipped_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "group_seq"],
            ["groups.account_id", "groups.seq"],
            name="fk_skipped_members_account_id_group_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "group_seq", "value", name="pk_skipped_members"),
    )
    op.create_table(
        "user_documents",
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("core", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.Text(), nullable=True),
        sa.Column("custom", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_user_documents_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_seq", name="pk_user_documents"),
    )
    op.create_table(
        "user_sessions",
        sa.Column("id_hash", KEY, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("user_seq", SEQUENCE, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_user_sessions_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id_hash", name="pk_user_sessions"),
    )
    op.create_index("ix_user_sessions_user", "user_sessions", ["account_id", "user_seq"], unique=False)

    op.create_table(
        "user_values",
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("user_seq", SEQUENCE, autoincrement=False, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("element", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_key", KEY, nullable=False),
        sa.Column("number", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "user_seq"],
            ["users.account_id", "users.seq"],
            name="fk_user_values_account_id_user_seq",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "user_seq", "path", "element", name="pk_user_values"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_user_values_number",
        "user_values",
        ["account_id", "path", "number", "user_seq"],
        unique=False,
        sqlite_where=sa.text("number IS NOT NULL"),
        postgresql_where=sa.text("number IS NOT NULL"),
    )
    op.create_index("ix_user_values_text", "user_values", ["account_id", "path", "text_key", "user_seq"], unique=False)


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)

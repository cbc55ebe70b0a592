"""keep settings of accounts and people

Accounts get settings of their own (language, seats, retention, pause); people remember how they like the lists. A role
is kept twice: as given by hand, and in effect with the rules of groups. What a search looks through becomes one
column, and names sort by their letters without accents: both are filled here for everybody who is there. Indexes
follow, so that the list of people is quick in every order.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ACCOUNT_COLUMNS = (
    ("yielded_values", sa.Text(), "[]"),
    ("scim_paused_at", MOMENT, None),
    ("scim_paused_by", sa.Text(), None),
    ("log_days", sa.Integer(), "180"),
    ("log_body_days", sa.Integer(), "30"),
    ("language", sa.String(length=8), "en"),
    ("reply_to", sa.Text(), None),
    ("invitation_days", sa.Integer(), None),
    ("session_hours", sa.Integer(), None),
    ("seat_limit", sa.Integer(), None),
    ("over_seats", sa.String(length=8), "refuse"),
)
USER_COLUMNS = (
    ("given_role", sa.String(length=16), "member"),
    ("order_key", KEY, ""),
    ("search_key", KEY, ""),
    ("unconfirmed_since", MOMENT, None),
    ("erased_at", MOMENT, None),
    ("language", sa.String(length=8), None),
    ("list_columns", sa.Text(), None),
    ("list_per_page", sa.Integer(), None),
)
INDEXES = (
    ("ix_users_order", ["account_id", "order_key", "seq"]),
    ("ix_users_state", ["account_id", "state", "order_key", "seq"]),
    ("ix_users_role", ["account_id", "role", "order_key", "seq"]),
    ("ix_users_created", ["account_id", "created_at", "seq"]),
    ("ix_users_signed_in", ["account_id", "last_sign_in_at", "order_key", "seq"]),
    ("ix_users_source", ["account_id", "connection_id", "source", "order_key", "seq"]),
)
# SQLite alone: an index entry of Postgres has no room for a long search key.
LIST_INDEX = ["account_id", "order_key", "seq", "state", "role", "connection_id", "source", "search_key"]
HAS_EXTERNAL_ID = sa.text("external_id IS NOT NULL")
IS_OPEN = sa.text("accepted_at IS NULL AND voided_at IS NULL")
OLD_INDEXES = (
    ("ix_users_name", ["account_id", "name_key", "seq"]),
    ("ix_users_state", ["account_id", "state", "name_key", "seq"]),
)
CHUNK = 5_000
LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
)


def upgrade():
    for table_name, columns in (("accounts", ACCOUNT_COLUMNS), ("users", USER_COLUMNS)):
        _add(table_name, columns)
    op.execute("UPDATE users SET given_role = role")
    _fill_keys()
    for name, _ in OLD_INDEXES:
        op.drop_index(name, table_name="users")
    for name, columns in INDEXES:
        op.create_index(name, "users", columns)
    op.create_index("ix_users_list", "users", LIST_INDEX, postgresql_where=sa.text("false"))
    op.create_index(
        "ix_users_external_id",
        "users",
        ["account_id", "external_id", "seq"],
        sqlite_where=HAS_EXTERNAL_ID,
        postgresql_where=HAS_EXTERNAL_ID,
    )
    op.create_index(
        "ix_invitations_open_until",
        "invitations",
        ["account_id", "expires_at", "user_seq"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade():
    op.drop_index("ix_invitations_open_until", table_name="invitations")
    for name in ("ix_users_external_id", "ix_users_list", *(name for name, _ in INDEXES)):
        op.drop_index(name, table_name="users")
    for table_name, columns in (("users", USER_COLUMNS), ("accounts", ACCOUNT_COLUMNS)):
        with op.batch_alter_table(table_name) as table:
            for name, _, _ in columns:
                table.drop_column(name)
    for name, columns in OLD_INDEXES:
        op.create_index(name, "users", columns)


def _add(table_name, columns):
    """Rows that are there get the default; the column itself keeps none, as the models give every value."""
    with op.batch_alter_table(table_name) as table:
        for name, type_, default in columns:
            table.add_column(sa.Column(name, type_, nullable=default is None, server_default=default))
    with op.batch_alter_table(table_name) as table:
        for name, type_, default in columns:
            if default is not None:
                table.alter_column(name, existing_type=type_, existing_nullable=False, server_default=None)


def _fill_keys():
    """Keys as ``text_keys.name_order`` and ``text_keys.search_text`` made them when this was written."""
    connection, last = op.get_bind(), 0
    users = sa.table(
        "users",
        *(sa.column(name) for name in ("seq", "display_name", "user_name", "email", "order_key", "search_key")),
    )
    wanted = (users.c.seq, users.c.display_name, users.c.user_name, users.c.email)
    changed = (
        sa.update(users)
        .where(users.c.seq == sa.bindparam("row"))
        .values(order_key=sa.bindparam("order"), search_key=sa.bindparam("search"))
    )
    while True:
        page = sa.select(*wanted).where(users.c.seq > last).order_by(users.c.seq).limit(CHUNK)
        rows = connection.execute(page).all()
        if not rows:
            return
        connection.execute(
            changed,
            [
                {
                    "row": row.seq,
                    "order": _plain(row.display_name)[:200],
                    "search": "\n".join(_plain(text) for text in (row.display_name, row.user_name, row.email or "")),
                }
                for row in rows
            ],
        )
        last = rows[-1].seq


def _plain(text):
    letters = unicodedata.normalize("NFKD", text.translate(LETTERS).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

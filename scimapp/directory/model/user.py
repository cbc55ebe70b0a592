"""A person: narrow keys and the stored document. The search index over both is in ``value``.

The narrow row is what lists, sign-in and guards read. The document is wide and read only where a person is shown whole.
Both are written in one transaction by ``directory.people.users``.
"""

from sqlalchemy import Boolean, ForeignKeyConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.column_types import Identifier, JsonText, Key, Sequence, UtcDateTime

_VISIBLE = text("scim_id IS NOT NULL")


class User(db.Model):
    """One person of one account.

    ``id`` never changes and names the person in screens and records. ``scim_id`` names the SCIM resource: the same at
    first, NULL after a SCIM DELETE, new when the directory creates the person again (RFC 7644 §3.6, no id is re-used).
    """

    __tablename__ = "users"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "seq", name="uq_users_account_seq"),
        UniqueConstraint("account_id", "id", name="uq_users_account_id"),
        UniqueConstraint("account_id", "scim_id", name="uq_users_scim_id"),
        # With the number, which an index of SQLite has anyway, a list in this order reads no row.
        Index(
            "uq_users_user_name", "account_id", "user_name_key", unique=True,
            sqlite_where=_VISIBLE, postgresql_where=_VISIBLE, postgresql_include=["seq"],
        ),
        Index(
            "uq_users_email", "account_id", "email_key", unique=True,
            sqlite_where=_VISIBLE, postgresql_where=_VISIBLE, postgresql_include=["seq"],
        ),
        Index(
            "uq_users_external_id", "account_id", "connection_id", "external_id", unique=True,
            sqlite_where=text("scim_id IS NOT NULL AND external_id IS NOT NULL"),
            postgresql_where=text("scim_id IS NOT NULL AND external_id IS NOT NULL"),
        ),
        Index(
            "uq_users_owner", "account_id", unique=True,
            sqlite_where=text("role = 'owner'"), postgresql_where=text("role = 'owner'"),
        ),
        Index("ix_users_visible", "account_id", "seq", sqlite_where=_VISIBLE, postgresql_where=_VISIBLE),
        # On SQLite the next but two begins the same and is read as quickly.
        Index("ix_users_order", "account_id", "order_key", "seq", sqlite_where=text("false")),
        Index("ix_users_state", "account_id", "state", "order_key", "seq"),
        Index("ix_users_role", "account_id", "role", "order_key", "seq"),
        # What the list filters and searches by, in its order, so that no row is read for it. An index entry of Postgres
        # has no room for a long search key: who has one is in the next.
        Index(
            "ix_users_list", "account_id", "order_key", "seq", "state", "role", "connection_id", "source", "search_key",
            "last_sign_in_at", postgresql_where=text("octet_length(search_key) <= 1000"),
        ),
        Index(
            "ix_users_long_words", "account_id",
            sqlite_where=text("false"), postgresql_where=text("octet_length(search_key) > 1000"),
        ),
        # What counts people by state whom another index has found by number, filtered by role or source or not.
        Index("ix_users_found", "account_id", "seq", "state", "role", "connection_id", "source"),
        Index("ix_users_created", "account_id", "created_at", "seq"),
        Index("ix_users_updated", "account_id", "updated_at"),
        # Whoever never did is found by the list's index on SQLite.
        Index(
            "ix_users_signed_in", "account_id", "last_sign_in_at", "order_key", "seq",
            sqlite_where=text("last_sign_in_at IS NOT NULL"),
        ),
        # Whom a directory may bring back.
        Index(
            "ix_users_removed", "account_id", "user_name_key",
            sqlite_where=text("removed_at IS NOT NULL"), postgresql_where=text("removed_at IS NOT NULL"),
        ),
        Index("ix_users_source", "account_id", "connection_id", "source", "order_key", "seq"),
        Index(
            "ix_users_external_id", "account_id", "external_id", "seq",
            sqlite_where=text("external_id IS NOT NULL"), postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index("ix_users_email_sign_in", "email_key"),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)  # order of creation, the order of every SCIM list
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    scim_id: Mapped[str | None] = mapped_column(Identifier)
    connection_id: Mapped[str | None] = mapped_column(Identifier)  # the directory that manages this person
    external_id: Mapped[str | None] = mapped_column(Key)
    user_name: Mapped[str] = mapped_column(Text)
    user_name_key: Mapped[str] = mapped_column(Key)
    email: Mapped[str | None] = mapped_column(Text)  # sign-in and invitation address
    email_key: Mapped[str | None] = mapped_column(Key)
    display_name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Key)
    order_key: Mapped[str] = mapped_column(Key)  # names sort by it, see ``text_keys.name_order``
    search_key: Mapped[str] = mapped_column(Key)  # everything a search looks through, see ``text_keys.search_text``
    given_name: Mapped[str] = mapped_column(Text, default="")
    family_name: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(String(16), default="member")  # in effect: the stronger of given and ruled
    given_role: Mapped[str] = mapped_column(String(16), default="member")  # by hand; group rules may raise it
    directory_role: Mapped[str | None] = mapped_column(String(16))  # by the directory, where the account lets it
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    # A client removed the attribute: the person counts as active and the attribute is not shown (RFC 7644 §3.5.2.2).
    active_unassigned: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(8))  # active | invited | inactive, from active and verified_at
    verified_at: Mapped[object | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_epoch: Mapped[int] = mapped_column(Integer, default=0)  # sessions of an older epoch are dead
    source: Mapped[str] = mapped_column(String(8))  # scim | screen | import | setup | cli | demo
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    updated_at: Mapped[object] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[object | None] = mapped_column(UtcDateTime)
    deactivated_by: Mapped[str | None] = mapped_column(Text)
    removed_at: Mapped[object | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(Text)
    last_sign_in_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # Somebody else changed the address: nobody signs in with it until the link sent there is opened (D-10).
    unconfirmed_since: Mapped[object | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # How this person likes the screens.
    theme: Mapped[str] = mapped_column(String(8), default="system")
    language: Mapped[str | None] = mapped_column(String(8))  # None is the account's
    list_columns: Mapped[list | None] = mapped_column(JsonText)  # of the people list; None is the usual choice
    list_per_page: Mapped[int | None] = mapped_column(Integer)


class UserDocument(db.Model):
    """The value of record of a person's attributes, as JSON text that a SCIM answer is put together from.

    ``core`` holds every core attribute except id, externalId, meta, groups, active, password and schemas, under its
    SCIM name; ``enterprise`` the enterprise extension; ``custom`` the custom fields by Field ID. NULL means empty.
    """

    __tablename__ = "user_documents"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
    )

    user_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(Identifier)
    core: Mapped[str] = mapped_column(Text)
    enterprise: Mapped[str | None] = mapped_column(Text)
    custom: Mapped[str | None] = mapped_column(Text)
    # Names of values that were set here although a directory manages the person, see ``directory.people.ownership``.
    set_by_hand: Mapped[list | None] = mapped_column(JsonText)

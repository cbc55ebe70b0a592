"""A person: the narrow row of keys and the stored document. The search index over both is in ``value``.

Lists, sign-in and guards read the narrow row. The document is wide and is read only to show a whole person.
``directory.people.users`` writes both in one transaction.
"""

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, JsonText, Key, Sequence, UtcDateTime

_VISIBLE = text("scim_id IS NOT NULL")
# In the words of ``directory.sql.few_people``.
_NOT_ACTIVE = text("state <> 'active'")
_ABOVE_MEMBER = text("role <> 'member'")


class User(db.Model):
    """One person of one account.

    ``id`` never changes and identifies the person in screens and records. ``scim_id`` identifies the SCIM resource: equal to
    ``id`` at first, NULL after a SCIM DELETE, new when the directory creates the person again (RFC 7644 §3.6: no id is
    re-used).
    """

    __tablename__ = "users"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "seq", name="uq_users_account_seq"),
        UniqueConstraint("account_id", "id", name="uq_users_account_id"),
        UniqueConstraint("account_id", "scim_id", name="uq_users_scim_id"),
        # Including ``seq`` (every SQLite index does) lets a list in this order read the index alone.
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
        # ``ix_users_list`` starts with the same columns, but is three times as wide.
        Index("ix_users_order", "account_id", "order_key", "seq"),
        # Most people are active members: they are found as those who are in none of these lists (``few_people``).
        Index(
            "ix_users_state", "account_id", "state", "seq",
            sqlite_where=_NOT_ACTIVE, postgresql_where=_NOT_ACTIVE,
        ),
        Index(
            "ix_users_role", "account_id", "role", "seq",
            sqlite_where=_ABOVE_MEMBER, postgresql_where=_ABOVE_MEMBER,
        ),
        # Covers the words of a search, and the columns that may narrow it, in list order, so no row is read. A long search key
        # does not fit into an index entry of Postgres: ``ix_users_long_words`` finds those people.
        Index(
            "ix_users_list", "account_id", "order_key", "seq", "role", "connection_id", "source", "search_key",
            postgresql_where=text("octet_length(search_key) <= 1000"),
        ),
        Index(
            "ix_users_long_words", "account_id",
            sqlite_where=text("false"), postgresql_where=text("octet_length(search_key) > 1000"),
        ),
        # Looks people up by their numbers, in that order: with the unique index of both, SQLite would sort them or look at
        # everybody. The last columns, which rarely change, keep it from being taken for ``ix_users_visible``.
        Index("ix_users_found", "account_id", "seq", "connection_id", "source"),
        Index("ix_users_created", "account_id", "created_at", "seq"),
        Index("ix_users_updated", "account_id", "updated_at"),
        # On SQLite people who never signed in are found by name.
        Index(
            "ix_users_signed_in", "account_id", "last_sign_in_at", "order_key", "seq",
            sqlite_where=text("last_sign_in_at IS NOT NULL"),
        ),
        # People whom a directory may bring back.
        Index(
            "ix_users_removed", "account_id", "user_name_key",
            sqlite_where=text("removed_at IS NOT NULL"), postgresql_where=text("removed_at IS NOT NULL"),
        ),
        Index("ix_users_source", "account_id", "connection_id", "source", "seq"),
        Index(
            "ix_users_external_id", "account_id", "external_id", "seq",
            sqlite_where=text("external_id IS NOT NULL"), postgresql_where=text("external_id IS NOT NULL"),
        ),
        Index("ix_users_email_sign_in", "email_key"),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)  # order of creation and of every SCIM list
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
    order_key: Mapped[str] = mapped_column(Key)  # names are sorted by it, see ``text_keys.name_order``
    search_key: Mapped[str] = mapped_column(Key)  # the text that a search looks through, see ``text_keys.search_text``
    given_name: Mapped[str] = mapped_column(Text, default="")
    family_name: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str] = mapped_column(String(16), default="member")  # in effect: the strongest of the roles given
    given_role: Mapped[str] = mapped_column(String(16), default="member")  # given by hand; group rules may raise it
    directory_role: Mapped[str | None] = mapped_column(String(16))  # given by a directory, where allowed
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    # A client removed the attribute: the person counts as active and the attribute is hidden (RFC 7644 §3.5.2.2).
    active_unassigned: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(8))  # active | invited | inactive, derived from active and verified_at
    verified_at: Mapped[object | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(Text)
    session_epoch: Mapped[int] = mapped_column(Integer, default=0)  # sessions of an older epoch are invalid
    source: Mapped[str] = mapped_column(String(8))  # scim | screen | import | setup | cli | demo
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    updated_at: Mapped[object] = mapped_column(UtcDateTime)
    deactivated_at: Mapped[object | None] = mapped_column(UtcDateTime)
    deactivated_by: Mapped[str | None] = mapped_column(Text)
    removed_at: Mapped[object | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(Text)
    last_sign_in_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # Set when somebody else changed the address; nobody can sign in with it until the link sent there is opened.
    unconfirmed_since: Mapped[object | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # This person's preferences for the screens.
    theme: Mapped[str] = mapped_column(String(8), default="system")
    language: Mapped[str | None] = mapped_column(String(8))  # None means the account's
    list_columns: Mapped[list | None] = mapped_column(JsonText)  # of the people list; None means the default columns
    list_per_page: Mapped[int | None] = mapped_column(Integer)


class UserDocument(db.Model):
    """The stored attributes of a person, the value of record: JSON text from which SCIM answers are put together.

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

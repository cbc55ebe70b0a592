"""A group, its members as rows, and the members that a push named but that do not exist here."""

from sqlalchemy import ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, Key, Sequence, UtcDateTime


class Group(db.Model):
    """One group. ``connection_id`` is set while a directory manages its name and members."""

    __tablename__ = "groups"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "seq", name="uq_groups_account_seq"),
        UniqueConstraint("account_id", "id", name="uq_groups_account_id"),
        # Not unique: each push of a group creates one. groups.py refuses duplicates on request (docs/decisions/0007).
        Index("ix_groups_name", "account_id", "display_name_key", "seq"),
        Index(
            "uq_groups_external_id", "account_id", "connection_id", "external_id", unique=True,
            sqlite_where=text("external_id IS NOT NULL"), postgresql_where=text("external_id IS NOT NULL"),
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    display_name: Mapped[str] = mapped_column(Text)
    display_name_key: Mapped[str] = mapped_column(Key)
    external_id: Mapped[str | None] = mapped_column(Key)
    connection_id: Mapped[str | None] = mapped_column(Identifier)
    source: Mapped[str] = mapped_column(String(8))  # scim | screen | cli | demo
    version: Mapped[int] = mapped_column(Integer, default=1)
    member_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    updated_at: Mapped[object] = mapped_column(UtcDateTime)
    last_push_at: Mapped[object | None] = mapped_column(UtcDateTime)
    last_push_token_label: Mapped[str | None] = mapped_column(Text)
    last_push_sent: Mapped[int] = mapped_column(Integer, default=0)  # number of members in the last call
    last_push_skipped: Mapped[int] = mapped_column(Integer, default=0)
    # Set when a directory's push of a group of this name was refused; cleared by a rename or a link.
    conflict_at: Mapped[object | None] = mapped_column(UtcDateTime)
    conflict_connection_id: Mapped[str | None] = mapped_column(Identifier)


class Membership(db.Model):
    """One person in one group. Adding or removing one costs the same whatever the size of the group."""

    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        Index("ix_memberships_user", "account_id", "user_seq", "group_seq"),
        {"info": {"sqlite_with_rowid": False}},
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    group_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    user_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    added_at: Mapped[object] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(Text)


class NestedGroup(db.Model):
    """One group in another: members of ``member_seq`` are indirect members of ``group_seq``. Never a cycle."""

    __tablename__ = "nested_groups"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        ForeignKeyConstraint(["account_id", "member_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
        Index("ix_nested_groups_member", "account_id", "member_seq", "group_seq"),
        {"info": {"sqlite_with_rowid": False}},
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    group_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    member_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    added_at: Mapped[object] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(Text)


class RoleRule(db.Model):
    """Members of a group, direct or through nested groups, have at least this role."""

    __tablename__ = "role_rules"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    group_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)


class SkippedMember(db.Model):
    """A member value that a push named but that matches nobody here and is therefore left out."""

    __tablename__ = "skipped_members"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "group_seq"], ["groups.account_id", "groups.seq"], ondelete="CASCADE"),
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    group_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    skipped_at: Mapped[object] = mapped_column(UtcDateTime)

"""The audit log: one entry per event, written in the transaction of the change and never edited.

It holds no secrets, since events carry none (see ``directory.events``).
"""

from sqlalchemy import ForeignKeyConstraint, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import db
from ..database.base import Index
from ..database.column_types import Identifier, JsonText, Sequence, UtcDateTime
from ..database.inserts import PreparedRows


class AuditEntry(db.Model):
    """Who did what to whom, when and from where."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        # Not needed on SQLite: the next index starts with the same columns and is read as quickly.
        Index("ix_audit_entries_account", "account_id", "seq", sqlite_where=text("false")),
        # Covers the columns that the log filters and searches by, in the order of the log. On Postgres it stays empty: an
        # index entry has no room for long names, as with people, and reading the rows is fast there.
        Index(
            "ix_audit_entries_list", "account_id", "seq", "at", "event", "target_kind", "target_id", "actor_label",
            "target_label", postgresql_where=text("false"),
        ),
        Index("ix_audit_entries_target", "account_id", "target_id", "seq"),
        # An erasure searches entries by actor.
        Index(
            "ix_audit_entries_actor", "account_id", "actor_id", "seq",
            sqlite_where=text("actor_kind = 'person'"), postgresql_where=text("actor_kind = 'person'"),
        ),
        Index("ix_audit_entries_request", "account_id", "request_id"),
        Index(
            "ix_audit_entries_batch", "account_id", "batch_id", "seq",
            sqlite_where=text("batch_id IS NOT NULL"), postgresql_where=text("batch_id IS NOT NULL"),
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    at: Mapped[object] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(8))  # person | token | server
    actor_id: Mapped[str | None] = mapped_column(Identifier)
    actor_label: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(String(48))
    target_kind: Mapped[str] = mapped_column(String(16))
    target_id: Mapped[str | None] = mapped_column(Identifier)
    target_label: Mapped[str] = mapped_column(Text)
    changes: Mapped[list | None] = mapped_column(JsonText)  # [{"field", "before", "after"}]
    request_id: Mapped[str | None] = mapped_column(Identifier)
    batch_id: Mapped[str | None] = mapped_column(Identifier)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)


_COLUMNS = tuple(column.key for column in AuditEntry.__table__.columns if column.key != "seq")
_ADD = PreparedRows(AuditEntry, _COLUMNS)


def append(entries):
    """Write entries, each a dict of all columns except ``seq``, in the current transaction."""
    _ADD.send_many(entries)

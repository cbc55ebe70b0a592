"""Actions on many people at once, including imports: what was asked, and the outcome for each person or row."""

from sqlalchemy import ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, JsonText, Sequence, UtcDateTime


class Batch(db.Model):
    """One action on many people. It runs in slices, so that a long one can show its progress."""

    __tablename__ = "batches"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "seq", name="uq_batches_account_seq"),
        UniqueConstraint("account_id", "id", name="uq_batches_account_id"),
        # Finds the work that is left, in all accounts. It holds only the few batches that are running.
        Index(
            "ix_batches_running", "leased_until", "seq",
            sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'"),
        ),
        Index("ix_batches_undoes", "account_id", "undoes_id"),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    action: Mapped[str] = mapped_column(String(24))  # activate | deactivate | role | … | import
    options: Mapped[dict] = mapped_column(JsonText)  # parameters of the action: group, role, manager …
    state: Mapped[str] = mapped_column(String(8))  # preview | running | done
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    created_by_id: Mapped[str | None] = mapped_column(Identifier)
    created_by_label: Mapped[str] = mapped_column(Text)
    finished_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # The process that runs a slice holds the batch until then; a moment in the past tells when somebody last worked on it.
    leased_until: Mapped[object | None] = mapped_column(UtcDateTime)
    undoes_id: Mapped[str | None] = mapped_column(Identifier)  # the batch that this one undoes
    undone_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # The request that asked for the batch; the audit entries of the batch repeat it.
    request_id: Mapped[str | None] = mapped_column(Identifier)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)


class BatchItem(db.Model):
    """One person, or one row of a file, in a batch."""

    __tablename__ = "batch_items"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "batch_seq"], ["batches.account_id", "batches.seq"], ondelete="CASCADE"),
        Index("ix_batch_items_outcome", "account_id", "batch_seq", "outcome", "line"),
        {"info": {"sqlite_with_rowid": False}},
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    batch_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # 1-based; for a file, its line
    user_id: Mapped[str | None] = mapped_column(Identifier)
    label: Mapped[str] = mapped_column(Text)
    # waiting | done | skipped; in the preview of an import: new | update | same | error
    outcome: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(Text)  # a ``words.packed`` sentence
    content: Mapped[dict | None] = mapped_column(JsonText)  # per action: values of a file, what an undo needs

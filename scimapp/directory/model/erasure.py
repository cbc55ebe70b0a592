"""Erasures, pending and recent. A row identifies the person only by id, which remains after the erasure anyway."""

from sqlalchemy import ForeignKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, UtcDateTime


class Erasure(db.Model):
    """The erasure of one person. The row is kept for a day after it is done, since calls that wait to be logged may still
    name the person. The audit entry names the one who asked for the erasure, whichever process finishes it.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        Index("ix_erasures_done", "account_id", "done_at"),
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    user_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    done_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # Until it is done: who asked for it, from where, and until when a process holds it.
    asked_by_id: Mapped[str | None] = mapped_column(Identifier)
    request_id: Mapped[str | None] = mapped_column(Identifier)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[object | None] = mapped_column(UtcDateTime)

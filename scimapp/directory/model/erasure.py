"""That somebody is to be erased, and when somebody was: nothing here says who it was but the id, which stays anyway."""

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.column_types import Identifier, UtcDateTime


class Erasure(db.Model):
    """One person who is being erased, until a day after it is done.

    What waits to be logged when it is done may still name the person. Whoever asked for it is in the record of it, whichever process
    finishes it.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        Index("ix_erasures_done", "account_id", "done_at"),
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    user_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    done_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # While it is not done: who asked for it and where, and until when a process works on it.
    asked_by_id: Mapped[str | None] = mapped_column(Identifier)
    request_id: Mapped[str | None] = mapped_column(Identifier)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[object | None] = mapped_column(UtcDateTime)

"""An invitation: the right to set a first password once, before it expires."""

from sqlalchemy import ForeignKeyConstraint, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, Key, Sequence, UtcDateTime

_OPEN = text("accepted_at IS NULL AND voided_at IS NULL")


class Invitation(db.Model):
    """One invitation. The link's secret is derived from ``nonce`` under the server's key; only its hash is kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        Index("ix_invitations_user", "account_id", "user_seq", "seq"),
        # At most one open invitation per person, also under concurrency.
        Index(
            "uq_invitations_open", "account_id", "user_seq", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        # Every list of people counts the invitations that expired unused.
        Index(
            "ix_invitations_open_until", "account_id", "expires_at", "user_seq",
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    user_seq: Mapped[int] = mapped_column(Sequence)
    email: Mapped[str] = mapped_column(Text)  # changing the address voids the invitation
    token_hash: Mapped[str] = mapped_column(Key)
    nonce: Mapped[str] = mapped_column(String(64))
    invited_by: Mapped[str | None] = mapped_column(Text)  # a person's name; NULL when a directory invited
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    expires_at: Mapped[object] = mapped_column(UtcDateTime)
    accepted_at: Mapped[object | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[object | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(Text)

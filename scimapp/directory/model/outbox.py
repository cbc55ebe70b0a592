"""A mail that is owed: written in the transaction of the change and sent later by a worker."""

from sqlalchemy import ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, Key, Sequence, UtcDateTime

_RETRYING = text("state = 'waiting' AND last_error IS NOT NULL")
_BOUNCED = text("state = 'failed' AND kind = 'invitation'")
_UNREACHABLE = text("unreachable_since IS NOT NULL")


class OutboxMail(db.Model):
    """One mail to one stored address. Its text is rendered when it is sent, so the database holds no link."""

    __tablename__ = "outbox_mails"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        UniqueConstraint("account_id", "id", name="uq_outbox_mails_account_id"),
        Index("ix_outbox_mails_due", "state", "next_attempt_at"),
        # Covers every column that the list filters and searches by, in the order of the list.
        Index("ix_outbox_mails_list", "account_id", "seq", "state", "kind", "user_seq", "to_key"),
        Index("ix_outbox_mails_user", "account_id", "user_seq"),
        Index("ix_outbox_mails_state", "account_id", "state", "seq"),
        # Starts like the index before: otherwise SQLite would choose that one and read all waiting mails.
        Index(
            "ix_outbox_mails_retrying", "account_id", "state", "seq",
            sqlite_where=_RETRYING, postgresql_where=_RETRYING,
        ),
        # Every list of people counts the invitations that were refused.
        Index(
            "ix_outbox_mails_bounced", "account_id", "state", "kind", "user_seq", "invitation_id",
            sqlite_where=_BOUNCED, postgresql_where=_BOUNCED,
        ),
        Index(
            "ix_outbox_mails_unreachable", "account_id", "unreachable_since",
            sqlite_where=_UNREACHABLE, postgresql_where=_UNREACHABLE,
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    kind: Mapped[str] = mapped_column(String(32))  # one of ``outbox_list.KINDS``, and a folder of ``templates/mail``
    user_seq: Mapped[int] = mapped_column(Sequence)
    invitation_id: Mapped[str | None] = mapped_column(Identifier)
    link_id: Mapped[str | None] = mapped_column(Identifier)  # the one-time link that the mail carries
    token_id: Mapped[str | None] = mapped_column(Identifier)  # the SCIM token that the mail is about
    to_address: Mapped[str] = mapped_column(Text)
    to_key: Mapped[str] = mapped_column(Key)  # folded for searching
    subject: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text)  # fixed, so that a mail sent twice is recognised as one
    state: Mapped[str] = mapped_column(String(12))  # waiting | sent | failed | cancelled
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[object] = mapped_column(UtcDateTime)
    leased_until: Mapped[object | None] = mapped_column(UtcDateTime)
    lease_id: Mapped[str | None] = mapped_column(Identifier)
    last_error: Mapped[str | None] = mapped_column(Text)
    unreachable_since: Mapped[object | None] = mapped_column(UtcDateTime)  # since when the mail server has not answered
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    sent_at: Mapped[object | None] = mapped_column(UtcDateTime)

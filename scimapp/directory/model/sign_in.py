"""What signing in needs and leaves behind: sessions, second steps, one-time links, failed attempts, the setup link."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, JsonText, Key, Sequence, UtcDateTime


class UserSession(db.Model):
    """One signed-in browser, identified by the SHA-256 of the secret in its cookie."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        Index("ix_user_sessions_user", "account_id", "user_seq"),
    )

    id_hash: Mapped[str] = mapped_column(Key, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    user_seq: Mapped[int] = mapped_column(Sequence)
    epoch: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    # When the password was last typed in this session; sensitive actions ask for it again.
    confirmed_at: Mapped[object] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[object] = mapped_column(UtcDateTime)
    expires_at: Mapped[object] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[object | None] = mapped_column(UtcDateTime)


class SecondStep(db.Model):
    """Two-step sign-in of a person who switched it on. The key of the codes is derived, like the secret of a link."""

    __tablename__ = "second_steps"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
    )

    user_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(Identifier)
    nonce: Mapped[str] = mapped_column(String(64))
    key_hash: Mapped[str] = mapped_column(Key)  # shows whether the server still has the key it was set up under
    used_step: Mapped[int] = mapped_column(BigInteger)  # the newest time step whose code was accepted
    codes: Mapped[list] = mapped_column(JsonText)  # digests of the unused recovery codes
    created_at: Mapped[object] = mapped_column(UtcDateTime)


class OneTimeLink(db.Model):
    """A mailed link that sets a password or confirms an address. Its secret is derived like an invitation's."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "user_seq"], ["users.account_id", "users.seq"], ondelete="CASCADE"),
        UniqueConstraint("token_hash", name="uq_one_time_links_token_hash"),
        Index("ix_one_time_links_user", "account_id", "user_seq", "seq"),
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    kind: Mapped[str] = mapped_column(String(16))  # password | email
    user_seq: Mapped[int] = mapped_column(Sequence)
    email: Mapped[str] = mapped_column(Text)  # the recipient; for ``email`` the address that it confirms
    token_hash: Mapped[str] = mapped_column(Key)
    nonce: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    expires_at: Mapped[object] = mapped_column(UtcDateTime)
    used_at: Mapped[object | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[object | None] = mapped_column(UtcDateTime)


class LinkRequest(db.Model):
    """A request for a link by somebody not signed in. Whether anybody has the address is looked up later."""

    __tablename__ = "link_requests"

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # password | invitation
    email_key: Mapped[str] = mapped_column(Key)
    at: Mapped[object] = mapped_column(UtcDateTime)


class FailedAttempt(db.Model):
    """One wrong password or link, counted under ``key`` (a hashed address of a person or of a network)."""

    __tablename__ = "failed_attempts"
    __table_args__ = (Index("ix_failed_attempts_key", "key", "at"),)

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    key: Mapped[str] = mapped_column(Key)
    at: Mapped[object] = mapped_column(UtcDateTime)


class SetupLink(db.Model):
    """The link that creates an account on a server that has none."""

    __tablename__ = "setup_links"

    token_hash: Mapped[str] = mapped_column(Key, primary_key=True)
    expires_at: Mapped[object] = mapped_column(UtcDateTime)
    used_at: Mapped[object | None] = mapped_column(UtcDateTime)

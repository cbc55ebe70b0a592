"""A SCIM token: the credential that an identity provider sends with every call."""

from sqlalchemy import ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, JsonText, Key, Sequence, UtcDateTime


class ScimToken(db.Model):
    """One bearer token, identified by the SHA-256 of its secret; the secret itself is shown once and never stored."""

    __tablename__ = "scim_tokens"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("token_hash", name="uq_scim_tokens_token_hash"),
        UniqueConstraint("account_id", "id", name="uq_scim_tokens_account_id"),
        Index("ix_scim_tokens_account", "account_id", "state"),
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    id: Mapped[str] = mapped_column(Identifier)
    label: Mapped[str] = mapped_column(Text)
    provider: Mapped[str] = mapped_column(String(16))  # okta | entra | onelogin | jumpcloud | generic | strict
    connection_id: Mapped[str] = mapped_column(Identifier)  # scope of its externalIds; kept when replaced
    token_hash: Mapped[str] = mapped_column(Key)
    prefix: Mapped[str] = mapped_column(String(12))
    last4: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(8))  # draft | active | revoked | ended
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    created_by_id: Mapped[str | None] = mapped_column(Identifier)
    created_by_label: Mapped[str] = mapped_column(Text)
    maker_role: Mapped[str] = mapped_column(String(16))  # a token is never stronger than its maker
    activated_at: Mapped[object | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[object] = mapped_column(UtcDateTime)
    revoked_at: Mapped[object | None] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[str | None] = mapped_column(Identifier)  # rotation: this one expires at expires_at
    told_days: Mapped[list | None] = mapped_column(JsonText)  # thresholds already announced, see token_ends
    first_used_at: Mapped[object | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[object | None] = mapped_column(UtcDateTime)
    last_used_address: Mapped[str | None] = mapped_column(Text)
    last_used_agent: Mapped[str | None] = mapped_column(Text)
    last_used_summary: Mapped[str | None] = mapped_column(Text)

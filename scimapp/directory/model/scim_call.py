"""The provisioning log: every SCIM call, its bodies for a limited time, and hourly counts for charts."""

from sqlalchemy import ForeignKeyConstraint, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, JsonText, Sequence, UtcDateTime

# Nearly every call is answered and has no cause; these indexes cover the few others.
_NOT_ANSWERED, _HAS_CAUSE = text("result <> 'answered'"), text("cause IS NOT NULL")


class ScimCall(db.Model):
    """One SCIM request and its answer. Written after the answer, in batches; a failure to log never fails a call."""

    __tablename__ = "scim_calls"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "seq", name="uq_scim_calls_account_seq"),
        Index("ix_scim_calls_request", "account_id", "request_id"),
        Index("ix_scim_calls_at", "account_id", "at"),
        Index(
            "ix_scim_calls_result", "account_id", "result", "seq",
            sqlite_where=_NOT_ANSWERED, postgresql_where=_NOT_ANSWERED,
        ),
        Index("ix_scim_calls_target", "account_id", "target_id", "seq"),
        Index("ix_scim_calls_token", "account_id", "token_id", "seq"),
        Index("ix_scim_calls_operation", "account_id", "operation", "seq"),
        Index(
            "ix_scim_calls_cause", "account_id", "cause", "target_id", "seq",
            sqlite_where=_HAS_CAUSE, postgresql_where=_HAS_CAUSE,
        ),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    request_id: Mapped[str] = mapped_column(Identifier)
    at: Mapped[object] = mapped_column(UtcDateTime)
    token_id: Mapped[str | None] = mapped_column(Identifier)
    token_label: Mapped[str | None] = mapped_column(Text)
    token_hint: Mapped[str | None] = mapped_column(String(8))  # at most the last four characters of one of our tokens
    provider: Mapped[str | None] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(Text)  # including the query, at most 500 characters
    operation: Mapped[str] = mapped_column(String(16))  # create | read | list | update | deactivate | delete | …
    status: Mapped[int] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(String(8))  # answered | warned | failed
    scim_type: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None] = mapped_column(Text)  # the detail of the error body
    # Why the call was refused, or its first warning; a key into the words of the log.
    cause: Mapped[str | None] = mapped_column(String(32))
    facts: Mapped[dict] = mapped_column(JsonText)  # values for the sentences
    warnings: Mapped[list | None] = mapped_column(JsonText)  # [{"cause", "facts"}]
    target_kind: Mapped[str | None] = mapped_column(String(8))  # person | group
    target_id: Mapped[str | None] = mapped_column(Identifier)
    target_label: Mapped[str | None] = mapped_column(Text)  # the name at that time; for a search, what was searched for
    target_key: Mapped[str | None] = mapped_column(Text)  # ``target_label`` folded, for searching
    times: Mapped[int] = mapped_column(Integer, default=1)  # repeated refused calls share one row
    milliseconds: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)


class ScimCallBody(db.Model):
    """The masked bodies of a call; they are deleted before the call is."""

    __tablename__ = "scim_call_bodies"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "call_seq"], ["scim_calls.account_id", "scim_calls.seq"], ondelete="CASCADE"
        ),
    )

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    call_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    request: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)


class ScimCallHour(db.Model):
    """The number of calls in an hour, updated as calls are logged, so a chart reads a few hundred rows at any volume."""

    __tablename__ = "scim_call_hours"
    __table_args__ = (ForeignKeyConstraint(["account_id"], ["accounts.id"]),)

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    hour: Mapped[object] = mapped_column(UtcDateTime, primary_key=True)
    answered: Mapped[int] = mapped_column(Integer, default=0)
    warned: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)

"""The guard against a directory that deactivates too many people of an account at once."""

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.column_types import Identifier, JsonText, UtcDateTime


class DeactivationGuard(db.Model):
    """The last minutes of one token, and whether it exceeded the limit.

    ``exceeded_at`` is the moment it did; the numbers are the greatest since. ``blocks``: its deactivations are refused.
    """

    __tablename__ = "deactivation_guards"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "token_id"], ["scim_tokens.account_id", "scim_tokens.id"]),
    )  # fmt: skip

    account_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    token_id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    minutes: Mapped[list] = mapped_column(JsonText, default=list)  # [[minute since 1970, people deactivated in it]]
    exceeded_at: Mapped[object | None] = mapped_column(UtcDateTime)
    blocks: Mapped[bool] = mapped_column(Boolean, default=False)
    done: Mapped[int] = mapped_column(Integer, default=0)  # people deactivated within the window
    people: Mapped[int] = mapped_column(Integer, default=0)  # people who were active when the window began
    span_minutes: Mapped[int] = mapped_column(Integer, default=0)  # from the first deactivation to the limit
    kept_at: Mapped[object | None] = mapped_column(UtcDateTime)  # when somebody decided to keep blocking
    kept_by: Mapped[str | None] = mapped_column(Text)
    open_until: Mapped[object | None] = mapped_column(UtcDateTime)  # until when somebody lets deactivations through

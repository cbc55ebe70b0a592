"""An account (tenant): the unit that one identity provider connects to, and its kept counts."""

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.column_types import Identifier, JsonText, UtcDateTime


class Account(db.Model):
    """One customer. Its id has only letters and digits: Okta refuses ``_`` in a base URL, and the id is part of a URN."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    # Increases with every change of a custom field, so schemas built from the fields can be cached until then.
    fields_version: Mapped[int] = mapped_column(Integer, default=1)
    scim_enabled_at: Mapped[object | None] = mapped_column(UtcDateTime)
    # Options of the SCIM connection.
    invite_provisioned: Mapped[bool] = mapped_column(Boolean, default=True)
    same_name_groups: Mapped[str] = mapped_column(String(16), default="provider")  # provider | create | refuse
    put_clears_extension: Mapped[bool] = mapped_column(Boolean, default=False)
    revive_inactive: Mapped[bool] = mapped_column(Boolean, default=True)
    strict_members: Mapped[bool] = mapped_column(Boolean, default=False)
    # Names of values that the account keeps although a directory sends them, see ``directory.people.ownership``.
    yielded_values: Mapped[list] = mapped_column(JsonText, default=list)
    stop_deactivations: Mapped[bool] = mapped_column(Boolean, default=False)  # see ``deactivation_guard``
    directory_roles: Mapped[str] = mapped_column(String(16), default="never")  # never | user_admin
    scim_paused_at: Mapped[object | None] = mapped_column(UtcDateTime)
    scim_paused_by: Mapped[str | None] = mapped_column(Text)
    log_days: Mapped[int] = mapped_column(Integer, default=180)  # how long the facts of a SCIM call are kept
    log_body_days: Mapped[int] = mapped_column(Integer, default=30)  # how long its bodies are kept; 0 keeps none
    # Settings of the account itself.
    language: Mapped[str] = mapped_column(String(8), default="en")  # for mails, and for people who chose none
    time_zone: Mapped[str | None] = mapped_column(String(64))  # for people who have none; None means UTC
    reply_to: Mapped[str | None] = mapped_column(Text)
    invitation_days: Mapped[int | None] = mapped_column(Integer)  # 1 to 30; None means the server's setting
    # Whether people get a reminder before their invitation ends, see ``links.invitation_reminders``.
    remind_invited: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    session_hours: Mapped[int | None] = mapped_column(Integer)  # 1 to 168; None means the server's setting
    # What administrators are told about two-step sign-in: advise | require.
    two_step: Mapped[str] = mapped_column(String(8), default="advise", server_default="advise")
    seat_limit: Mapped[int | None] = mapped_column(Integer)  # most active and invited people; None means no limit
    over_seats: Mapped[str] = mapped_column(String(8), default="refuse")  # if full, for directories: refuse | inactive


class Counter(db.Model):
    """A count kept inside the transaction that changes it, so that a total is one row at any size."""

    __tablename__ = "counters"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)  # "custom.…": people with a value of a field
    value: Mapped[int] = mapped_column(BigInteger, default=0)

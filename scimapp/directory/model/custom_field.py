"""A custom field: an attribute of the account's own schema extension."""

from sqlalchemy import Boolean, ForeignKeyConstraint, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.column_types import Identifier, JsonText, Key, Sequence, UtcDateTime


class CustomField(db.Model):
    """One custom field. Archived ones keep their values and their Field ID, but leave the schema and the screens."""

    __tablename__ = "custom_fields"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "field_id_key", name="uq_custom_fields_field_id"),
    )

    seq: Mapped[int] = mapped_column(Sequence, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    field_id: Mapped[str] = mapped_column(String(64))
    field_id_key: Mapped[str] = mapped_column(Key)
    label: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(16))  # a name in directory.fields.field_types
    choices: Mapped[list] = mapped_column(JsonText, default=list)
    multi_valued: Mapped[bool] = mapped_column(Boolean, default=False)
    required: Mapped[bool] = mapped_column(Boolean, default=False)
    help_text: Mapped[str] = mapped_column(Text, default="")
    unknown_choice: Mapped[str] = mapped_column(String(8), default="refuse")  # refuse | add
    show_in_list: Mapped[bool] = mapped_column(Boolean, default=False)
    default_value: Mapped[object | None] = mapped_column(JsonText)  # only for people added here, not by a directory
    people_may_edit: Mapped[bool] = mapped_column(Boolean, default=False)  # on their own profile
    admins_only: Mapped[bool] = mapped_column(Boolean, default=False)  # not shown on people's own profile
    position: Mapped[int] = mapped_column(Integer)
    archived_at: Mapped[object | None] = mapped_column(UtcDateTime)
    last_received_at: Mapped[object | None] = mapped_column(UtcDateTime)
    created_at: Mapped[object] = mapped_column(UtcDateTime)
    updated_at: Mapped[object] = mapped_column(UtcDateTime)

"""The search index over people: every value that a filter or a sort may use, and the paths of those values.

One number in an index row stands for both the path and the account. Storing both in every row, and again in the
indexes, would take a quarter of the space that a person takes.
"""

from sqlalchemy import Float, ForeignKeyConstraint, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ...database import db
from ...database.base import Index
from ...database.column_types import Identifier, Key, Sequence


class IndexedPath(db.Model):
    """The number of a path in an account.

    It belongs to that account alone, never changes its meaning and is never reused.
    """

    __tablename__ = "value_paths"
    __table_args__ = (
        ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        UniqueConstraint("account_id", "path", name="uq_value_paths_account_path"),
        {"info": {"sqlite_autoincrement": True}},
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[str] = mapped_column(Identifier)
    path: Mapped[str] = mapped_column(Key)  # lower case: "emails.value", "custom.empcode"


class IndexedValue(db.Model):
    """One filterable value. ``element`` is 0 for a single value and counts from 1 within a multi-valued attribute.

    The row belongs to the account of its path and of its person. Both numbers are unique in the whole database. Whoever writes here
    writes the person's document in the same transaction: a trigger there ends the lists that are kept of values (decision 0139).
    """

    __tablename__ = "indexed_values"
    __table_args__ = (
        ForeignKeyConstraint(["user_seq"], ["users.seq"], ondelete="CASCADE"),
        Index("ix_indexed_values_text", "path_number", "text_key", "user_seq"),
        Index(
            "ix_indexed_values_number", "path_number", "number", "user_seq",
            sqlite_where=text("number IS NOT NULL"), postgresql_where=text("number IS NOT NULL"),
        ),
        {"info": {"sqlite_with_rowid": False}},
    )  # fmt: skip

    user_seq: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=False)
    path_number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    element: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    text_key: Mapped[str] = mapped_column(Key)
    number: Mapped[float | None] = mapped_column(Float(53))

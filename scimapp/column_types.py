"""Column types that mean the same on SQLite and Postgres."""

from datetime import UTC

import orjson
from sqlalchemy import BigInteger, DateTime, Integer, String, Text
from sqlalchemy.types import TypeDecorator

# Growing row numbers: SQLite only counts up in a column of exactly the type INTEGER.
Sequence = BigInteger().with_variant(Integer, "sqlite")

# Text that is compared and sorted byte by byte on both databases, so that filters, sorting and paging agree.
Key = Text().with_variant(Text(collation="C"), "postgresql")

Identifier = String(64)


class UtcDateTime(TypeDecorator):
    """An aware UTC moment. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator):
    """A JSON value kept as text, written and read by orjson; never queried into."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value, dialect):
        return None if value is None else orjson.loads(value)

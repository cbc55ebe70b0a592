"""Column types that mean the same on SQLite and Postgres."""

from datetime import UTC, datetime
from functools import lru_cache

import orjson
from sqlalchemy import BigInteger, DateTime, Integer, String, Text
from sqlalchemy.types import TypeDecorator

# Growing row numbers. SQLite assigns them only in a column whose type is exactly INTEGER.
Sequence = BigInteger().with_variant(Integer, "sqlite")

# Text that is compared and sorted byte by byte on both databases, so that filters, sorting and paging agree.
Key = Text().with_variant(Text(collation="C"), "postgresql")

Identifier = String(64)


class UtcDateTime(TypeDecorator):
    """An aware UTC moment. SQLite keeps no zone, so writing strips it and reading adds it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        return None if value is None else value.astimezone(UTC)

    # SQLite keeps texts. The conversions are cached, as a change writes one moment in ten places and rows hold several.

    def bind_processor(self, dialect):
        return utc_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect, coltype):
        return _moment_in if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(64)
def utc_text(moment):
    """``2026-11-23 09:30:00.000000`` as SQLAlchemy stores it on SQLite."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:26]  # without the trailing "+00:00"


def _moment_in(text):
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Octets(TypeDecorator):
    """A text read as UTF-8 bytes, which the drivers return if the statement says so; see ``directory.sql.functions.octets``."""

    impl = Text
    cache_ok = True


class JsonText(TypeDecorator):
    """A JSON value kept as text, written and read by orjson; a query looks into it as into any text, if at all."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect):
        return _json_of  # texts need no other conversion

    def result_processor(self, dialect, coltype):
        return _value_of


def _json_of(value):
    return None if value is None else orjson.dumps(value).decode()


def _value_of(text):
    return None if text is None else orjson.loads(text)

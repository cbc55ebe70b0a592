"""What a next release may do to the tables while servers of this one still write (``tests/architecture/test_migrations``)."""

from sqlalchemy import inspect, text


def expand(connection):
    """Give every table a column that may be empty, one that fills itself, and an index; add a table. Returns how many grew."""
    tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    truth = "1" if connection.dialect.name == "sqlite" else "true"
    for table in tables:
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN later_text TEXT"))
        connection.execute(text(f"ALTER TABLE {table} ADD COLUMN later_flag BOOLEAN NOT NULL DEFAULT {truth}"))
        connection.execute(text(f"CREATE INDEX ix_{table}_later ON {table} (later_text)"))
    connection.execute(text("CREATE TABLE later (id TEXT PRIMARY KEY)"))
    return len(tables)

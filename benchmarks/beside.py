"""What others do to the database while a page is measured."""

from sqlalchemy import text


def commit_something(engine):
    """Commit a change that no page shows."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))

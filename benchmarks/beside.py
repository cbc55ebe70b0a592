"""What others do to the database while a page is measured, and what the database computes for it."""

from sqlalchemy import create_engine, text

from .speed.servers import computed_by

_SERVING = text(
    "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
# A new value for everything that lists of people come from, and it is what it was: whatever a process keeps ends, or is mended.
_CHANGES = (
    "UPDATE users SET order_key = order_key, state = state WHERE seq = (SELECT max(seq) FROM users)",
    "UPDATE user_documents SET core = core WHERE user_seq = (SELECT max(seq) FROM users)",
    "UPDATE memberships SET user_seq = user_seq WHERE user_seq = (SELECT max(user_seq) FROM memberships)",
)


def engine_of(database_url):
    """An engine for an address as a Stage has it."""
    return create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))


def commit_something(engine):
    """Commit a change that no page shows, as the log of calls and sessions do each second."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def change_people(engine):
    """Commit a change of a person, their values and groups, as directories do."""
    with engine.begin() as connection:
        for change in _CHANGES:
            connection.execute(text(change))


def watching(engine):
    """A connection for ``computed_beside``, None for SQLite."""
    return engine.connect() if engine.dialect.name == "postgresql" else None


def computed_beside(watch):
    """CPU seconds of a Postgres on the same machine: of all processes that serve a connection to the database, except
    ``watch``, which lists them. Autovacuum's processes, which come and go, are no page's doing.
    """
    if watch is None:
        return 0.0
    pids = watch.scalars(_SERVING).all()
    watch.rollback()  # a transaction sees no process that came after it began
    return sum(map(computed_by, pids))

"""What others do to the database while a page is measured."""

from sqlalchemy import text

# A new value for everything that lists of people come from, and it is what it was: whatever a process keeps ends, or is mended.
_CHANGES = (
    "UPDATE users SET order_key = order_key, state = state WHERE seq = (SELECT max(seq) FROM users)",
    "UPDATE user_documents SET core = core WHERE user_seq = (SELECT max(seq) FROM users)",
    "UPDATE memberships SET user_seq = user_seq WHERE user_seq = (SELECT max(user_seq) FROM memberships)",
)


def commit_something(engine):
    """Commit a change that no page shows, as the log of calls and sessions do each second."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def change_people(engine):
    """Commit a change of a person, their values and groups, as directories do."""
    with engine.begin() as connection:
        for change in _CHANGES:
            connection.execute(text(change))

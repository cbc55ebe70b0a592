"""Applications on databases of their own, for tests that change more than the rows of an account; a database with room for one."""

import psycopg
import pytest

from tests.support import databases as made
from tests.support.databases import database_address


@pytest.fixture
def alone(database, databases):
    """An application on a migrated database that no other test uses, with a context for the test."""
    app = made.build_app(databases.copy(database, "alone"), databases.folder)
    with app.app_context():
        yield app
    made.dispose(app)


@pytest.fixture
def narrow(app, worker_id):
    """The address of the database for somebody who may have one connection."""
    role = f"narrow_{worker_id}"
    with psycopg.connect(database_address(app), autocommit=True) as other:
        other.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT 1")
        yield database_address(app).replace("postgres@", f"{role}@")
        other.execute(f"DROP ROLE {role}")

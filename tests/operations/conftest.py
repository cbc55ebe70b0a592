"""Applications on databases of their own, for tests that change more than the rows of an account."""

import pytest

from tests.support import databases as made


@pytest.fixture
def alone(database, databases):
    """An application on a migrated database that no other test uses, with a context for the test."""
    app = made.build_app(databases.copy(database, "alone"), databases.folder)
    with app.app_context():
        yield app
    made.dispose(app)

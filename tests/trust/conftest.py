"""What holds in every test that knocks at all doors."""

import pytest

from tests.support.write_watch import writes_without_the_lock


@pytest.fixture
def writes_take_the_lock_first(app, database):
    """Fails a test on SQLite in which the application changed a row outside of a transaction that began with the lock."""
    if database != "sqlite":
        yield
        return
    with writes_without_the_lock() as found:
        yield
    assert not found, found

"""What the tests of resource types ask."""

import pytest

from .known_people import populate


@pytest.fixture
def directory(once):
    """``(scope, types, account)`` of an account that holds ``known_people.PEOPLE``, some of them in groups."""
    return once(populate)

"""The screens of the person whom tests of the own page are about."""

import pytest


@pytest.fixture
def own(sign_in_as, zoe):
    """Zoe's screens."""
    return sign_in_as(zoe)

"""What the tests of the rules share. Each test is named by its rule; its docstring says the rule in our words."""

import pytest


@pytest.fixture
def strict(scim):
    """The same account seen by a client that wants the standard and nothing beside it."""
    return scim.for_provider("strict")

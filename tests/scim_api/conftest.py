"""Fixtures of the tests of the SCIM API."""

import pytest

from scimapp.directory.client_reads import members_of_groups


@pytest.fixture(params=["written anew", "renewed"])
def way(request, monkeypatch):
    """Large groups are made from what they were; here so is every other one, for the second half of the tests."""
    if request.param == "renewed":
        monkeypatch.setattr(members_of_groups, "MANY", 1)
        monkeypatch.setattr(members_of_groups, "MOST_CHANGED", 10)
    return request.param

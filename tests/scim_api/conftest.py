"""Fixtures of the tests of the SCIM API, and on which databases they run.

What stands between a request and the directory is the same on both databases, so a test runs on SQLite alone unless

- its file is about what databases do in their own way (``ON_BOTH``): filters, orders, ids, members, what is remembered of them;
- it counts statements;
- it is marked ``on_both``, because it sends a statement that none of these sends, or one that Postgres refuses otherwise.

The first two need no mark. That no statement is missed is checked at the end of a run of the whole folder
(``tests.support.missed_statements``), which names the test to mark.
"""

import pytest

from scimapp.database.postgres.server_statements import ServerStatements
from scimapp.directory.client_reads import members_of_groups
from tests.support import on_sqlite

from .bodies import create, person

ON_BOTH = frozenset((
    "test_call_log_strain", "test_conformance", "test_cursors", "test_isolation", "test_kept_pages", "test_known_ids", "test_list_orders", "test_lists",
    "test_moments_and_numbers", "test_nested_groups", "test_rate_limit", "test_remembered_groups", "test_remembered_members",
    "test_renewed_members", "test_room_for_members", "test_root_queries", "test_rows_of_changes", "test_stopped_deactivations",
    "test_turned_over_members", "test_users_identifiers", "test_users_leaving", "test_versions", "test_walks",
))  # fmt: skip
pytest_generate_tests = on_sqlite.on_both_in(ON_BOTH)


@pytest.fixture(params=["written anew", "renewed"])
def way(request, monkeypatch):
    """Large groups are made from what they were; here so is every other one, for the second half of the tests."""
    if request.param == "renewed":
        monkeypatch.setattr(members_of_groups, "MANY", 1)
        monkeypatch.setattr(members_of_groups, "MOST_CHANGED", 10)
    return request.param


@pytest.fixture
def waits(monkeypatch):
    """Grows with each wait for Postgres."""
    counted, wait = [], ServerStatements._received
    go = ServerStatements._in_one_go
    monkeypatch.setattr(ServerStatements, "_received", lambda *given: counted.append(1) or wait(*given))
    monkeypatch.setattr(ServerStatements, "_in_one_go", lambda *given: counted.append(1) or go(*given))
    return counted


@pytest.fixture
def people(make_user):
    """Three ids, in the order of creation."""
    return [make_user().scim_id for _ in range(3)]


@pytest.fixture
def five(scim):
    """Five people after the owner, in the order of creation."""
    return add_five(scim)


@pytest.fixture
def known_five(once):
    """``(scope, client, owner's id, five)`` of an account with such people, for tests that only read."""
    return once(_populate)


def _populate(account):
    scim = account.scim()
    return account.scope, scim, account.owner.scim_id, add_five(scim)


def add_five(scim):
    names = [("Zoe", "Adams"), ("bea", "Young"), ("Åsa", "Bell"), ("Carl", None), ("Dan", "bell")]
    return [create(scim, person(given, str(family)) | {"name": {"givenName": given, "familyName": family}})["id"]
            for given, family in names]  # fmt: skip

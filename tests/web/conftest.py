"""Screens are tried on SQLite: they send no statement themselves, and those of the directory have tests on both databases.

A test whose request sends Postgres a statement that no other test sends it is marked ``on_both``, and so is one about what
several people do to the same rows, or about the number of statements. Rubbish and hostile names meet the screens of both
databases in ``tests/storm`` and ``tests/trust``.
"""

import pytest

from tests.support.parts import fail_without


@pytest.fixture(params=["sqlite"])
def database(request, parts):
    """The kind of database this test runs on."""
    if request.param == "postgres":
        fail_without("Postgres", parts.cluster())
    return request.param

"""Screens are tried on SQLite: they send no statement themselves, and those of the directory have tests on both databases.

A test whose request sends Postgres a statement that no other test sends it is marked ``on_both``, and so is one about what
several people do to the same rows, or about the number of statements. Rubbish and hostile names meet the screens of both
databases in ``tests/storm`` and ``tests/trust``.
"""

import pytest

from tests.support import authenticator
from tests.support.parts import fail_without


@pytest.fixture(params=["sqlite"])
def database(request, parts):
    """The kind of database this test runs on."""
    if request.param == "postgres":
        fail_without("Postgres", parts.cluster())
    return request.param


@pytest.fixture
def zoe(make_user):
    """A User Admin."""
    return make_user(role="user_admin", given_name="Zoe")


@pytest.fixture
def phone(sign_in_as, zoe, clock):
    """Zoe's app, which she set up a minute ago. ``phone.codes`` are her recovery codes."""
    app, codes, _ = authenticator.set_up(sign_in_as(zoe))
    app.codes = codes
    clock.advance(minutes=1)
    return app

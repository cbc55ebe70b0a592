"""Paging by cursor, RFC 9865 (R-170 … R-178)."""

import re

import pytest

from scimapp.directory.connection import scim_tokens
from tests.scim_api.bodies import SEARCH, assert_error, create, ids_on, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FILTER = 'userName ew "@walk.example"'


@pytest.fixture
def nine(scim):
    """Nine people found by FILTER, in the order of creation."""
    return [create(scim, person(f"P{n}", userName=f"p{n}@walk.example", title="xyz"[n % 3]))["id"] for n in range(9)]


def walk(scim, between=lambda: None, **query):
    """The pages of a whole walk; ``between`` is called after each."""
    pages, cursor = [], ""
    while cursor is not None:
        pages.append(scim.get("/Users", cursor=cursor, filter=FILTER, **query).json)
        cursor = pages[-1].get("nextCursor")
        between()
    return pages


def test_R_170_a_cursor_is_opaque(scim, nine):
    """An empty cursor begins a walk; a cursor holds only characters that need no escape in a URL."""
    first = scim.get("/Users", cursor="", count=2).json

    assert re.fullmatch(r"[A-Za-z0-9._~-]+", first["nextCursor"])
    assert scim.get("/Users", cursor=first["nextCursor"], count=2).json["itemsPerPage"] == 2
    assert "nextCursor" not in scim.get("/Users", count=2).json


def test_R_171_a_walk_ends_and_loses_nobody(scim, nine):
    """Every page but the last has a nextCursor; who is deleted or created meanwhile hides and doubles nobody else."""
    pages = walk(scim, count=4)
    assert ids_on(pages) == nine
    assert ["nextCursor" in page for page in pages] == [True, True, False]
    assert not any("previousCursor" in page for page in pages)
    victims = iter((nine[0], nine[3], nine[8]))

    def meanwhile():
        victim = next(victims, None)
        if victim:
            scim.delete(f"/Users/{victim}")

    seen = ids_on(walk(scim, meanwhile, count=4))
    assert len(seen) == len(set(seen))
    assert set(nine) - set(seen) <= {nine[8]}


@sqlite_only
def test_R_172_a_walk_keeps_its_count(scim, nine):
    """count is read as for paging by index and stays the same for a walk; another one is invalidCount."""
    cursor = scim.get("/Users", cursor="", count=2).json["nextCursor"]

    assert_error(scim.get("/Users", cursor=cursor, count=3), 400, "invalidCount")
    assert scim.get("/Users", cursor=cursor, count=2).status_code == 200
    for count in (0, -5):
        empty = scim.get("/Users", cursor="", count=count).json
        assert (empty["Resources"], empty["totalResults"]) == ([], 10)


@sqlite_only
def test_R_173_a_bad_cursor_is_told_from_an_old_one(scim, nine, clock):
    """A cursor that was forged or is of another question is invalidCursor, one that is too old expiredCursor."""
    timeout = scim.get("/ServiceProviderConfig").json["pagination"]["cursorTimeout"]
    cursor = scim.get("/Users", cursor="", count=2).json["nextCursor"]

    for bad in ("x", cursor[:-1], cursor + "A", cursor.replace(".", ".."), "é", "." * 50, "A" * 9000):
        assert_error(scim.get("/Users", cursor=bad, count=2), 400, "invalidCursor")
    assert_error(scim.get("/Users", cursor=cursor, count=2, filter="title pr"), 400, "invalidCursor")
    assert_error(scim.get("/Groups", cursor=cursor, count=2), 400, "invalidCursor")
    clock.advance(seconds=timeout + 1)
    assert_error(scim.get("/Users", cursor=cursor, count=2), 400, "expiredCursor")


@sqlite_only
def test_R_174_index_is_the_default(scim, nine):
    """Without a cursor pages go by index, so that older clients find what they know; both at once are refused."""
    assert scim.get("/Users", count=2).json["startIndex"] == 1
    assert "startIndex" not in scim.get("/Users", cursor="", count=2).json
    assert_error(scim.get("/Users", cursor="", startIndex=3), 400, "invalidValue")


@sqlite_only
def test_R_175_the_configuration_tells_of_both_ways(scim):
    """pagination in the configuration has both methods, the default one, sizes and the life of a cursor, as they are."""
    shown = scim.get("/ServiceProviderConfig").json["pagination"]

    assert shown == {
        "cursor": True, "index": True, "defaultPaginationMethod": "index", "defaultPageSize": 100, "maxPageSize": 500,
        "cursorTimeout": 3600,
    }  # fmt: skip


def test_R_176_a_cursor_gives_no_rights(scim, account, nine, make_account):
    """Every page asks who is calling: a revoked token is 401, another token's cursor as bad as a forged one."""
    row, secret = scim_tokens.generate(account.scope, "Walker", "okta", activate=True)
    walker = scim.with_token(secret)
    cursor = walker.get("/Users", cursor="", count=2).json["nextCursor"]

    assert_error(scim.get("/Users", cursor=cursor, count=2), 400, "invalidCursor")
    assert_error(make_account("Globex").scim().get("/Users", cursor=cursor, count=2), 400, "invalidCursor")
    assert walker.get("/Users", cursor=cursor, count=2).status_code == 200
    scim_tokens.revoke(account.scope, row.id)
    assert_error(walker.get("/Users", cursor=cursor, count=2), 401)


@sqlite_only
def test_R_177_a_walk_keeps_nothing_at_the_server(scim, nine, statements):
    """Cursors are kept by the client alone: a page of a walk writes no row, and any number of walks cost nothing."""
    cursor = scim.get("/Users", cursor="", count=2).json["nextCursor"]

    with statements() as log:
        assert scim.get("/Users", cursor=cursor, count=2).status_code == 200

    assert not [statement for statement in log if "cursor" in statement.lower()]


def test_R_178_walks_in_searches_and_in_any_order(scim, nine):
    """A cursor works in .search and with sorting, in both directions."""
    pages, cursor = [], ""
    while cursor is not None:
        body = {"schemas": [SEARCH], "filter": FILTER, "cursor": cursor, "count": 4}
        pages.append(scim.post("/Users/.search", body).json)
        cursor = pages[-1].get("nextCursor")
    assert ids_on(pages) == nine
    for direction in ("ascending", "descending"):
        whole = scim.get("/Users", filter=FILTER, sortBy="title", sortOrder=direction).json
        assert ids_on(walk(scim, count=2, sortBy="title", sortOrder=direction)) == ids_on([whole])

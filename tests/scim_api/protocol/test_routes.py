"""The table of addresses finds what Flask's own map finds, and nothing else."""

from itertools import product

import pytest
from werkzeug.exceptions import HTTPException

from scimapp.scim_api.routes import Routes

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
WORDS = ("v2", "v1", "Users", "users", "Groups", ".search", "Bulk", "Me", "Schemas", "an id", "%2F", "")
MOST_PARTS = 4


def test_the_table_finds_what_the_map_finds(app):
    routes, adapter = Routes(app.url_map), app.url_map.bind("x")
    paths = {"/", "/scim", "/scim/", "/scim//v2/Users"} | {
        "/scim/A" + "".join(f"/{part}" for part in parts)
        for count in range(MOST_PARTS + 1)
        for parts in product(WORDS, repeat=count)
        if count < MOST_PARTS or parts[:2] == ("v2", "Users")
    }
    found = 0
    for path in paths:
        if "//" in path or path.endswith("/"):
            continue  # are made tidy before anybody looks
        for method in METHODS:
            ours = routes.find(method, path)
            try:
                theirs = adapter.match(path, method, return_rule=True)
            except HTTPException:
                theirs = None
            if theirs and not theirs[0].endpoint.startswith("scim_api."):
                theirs = None
            assert ours == theirs, (method, path)
            found += ours is not None

    assert found > 50


def test_options_tells_every_method_of_an_address(scim):
    for path, methods in (
        ("/Users", "GET, HEAD, OPTIONS, POST"), ("/Bulk", "OPTIONS, POST"), ("/Users/.search", "OPTIONS, POST"),
    ):  # fmt: skip
        answer = scim.open("OPTIONS", path)

        assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (200, methods.split(", "))


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/.search", "/Users/.search", "/Groups/.search", "/Groups/%2Esearch"])
def test_a_search_is_posted_and_no_resource(scim, path, method):
    answer = scim.open(method, path, {} if method.startswith("P") else None)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"
    assert method == "HEAD" or answer.json["status"] == "405"
    assert scim.post(path, {"count": 1}).status_code == 200
    assert scim.get("/Users/.searches").status_code == 404

"""Creating (R-070 … R-074)."""

import pytest

from tests.scim_api.bodies import CORE, assert_error, create, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_R_070_what_was_created_is_answered_with_its_address(scim):
    """201 with Location, which is meta.location, and the whole resource."""
    for path, body in (("/Users", person()), ("/Groups", group("Team"))):
        answer = scim.post(path, body)
        assert answer.status_code == 201
        assert answer.headers["Location"] == answer.json["meta"]["location"]
        assert scim.get(f"{path}/{answer.json['id']}").json == answer.json


def test_R_071_read_only_values_are_ignored(scim):
    """id, meta and groups in the body of a POST change nothing."""
    made = create(scim, person(id="x", meta={"created": "1999-01-01T00:00:00Z"}, groups=[{"value": "x"}]))

    assert made["id"] != "x"
    assert not made["meta"]["created"].startswith("1999")
    assert "groups" not in made


def test_R_072_a_conflict_is_told(scim, strict):
    """What is taken is 409 uniqueness and changes nothing: user name, address, externalId, the name of a group."""
    made = create(scim, person(externalId="e1"))
    create(strict, group("Team"), "/Groups")
    total = scim.get("/Users").json["totalResults"]

    for body in (
        person(userName=made["userName"]), person(emails=[{"value": made["emails"][0]["value"].upper()}]),
        person(externalId="e1"),
    ):  # fmt: skip
        assert_error(scim.post("/Users", body), 409, "uniqueness")
    assert_error(strict.post("/Groups", group("team")), 409, "uniqueness")
    assert scim.get("/Users").json["totalResults"] == total


@sqlite_only
def test_R_073_the_endpoint_decides_what_it_is(scim):
    """meta.resourceType is that of the endpoint, whatever the body says."""
    assert create(scim, person(meta={"resourceType": "Group"}))["meta"]["resourceType"] == "User"
    assert create(scim, group("Team", meta={"resourceType": "User"}), "/Groups")["meta"]["resourceType"] == "Group"


@sqlite_only
def test_R_074_broken_bodies_and_missing_values_are_told_apart(scim, strict):
    """Broken JSON or missing schemas is invalidSyntax, a missing or ill-typed value invalidValue."""
    for broken in (b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"schemas": "x"'):
        assert_error(scim.post("/Users", broken), 400, "invalidSyntax")
    without = {name: value for name, value in person().items() if name != "schemas"}
    assert_error(strict.post("/Users", without), 400, "invalidSyntax", "schemas")
    assert_error(strict.post("/Users", person(schemas=[])), 400, "invalidSyntax", "schemas")
    assert_error(strict.post("/Users", {"schemas": [CORE]}), 400, "invalidValue", "userName")
    assert_error(strict.post("/Users", person(title=["a", "b"])), 400, "invalidValue", "title")
    assert create(scim, without)["schemas"] == [CORE]  # the other presets do without

"""Refusals say what is wrong, where, what came and what would be accepted: an administrator reads them at the other end."""

import pytest

from tests.scim_api.bodies import CORE, PATCH_OP, SEARCH, assert_error, person


def patch(**operation):
    return {"schemas": [PATCH_OP], "Operations": [operation]}


@pytest.mark.parametrize(
    ("body", "scim_type", "words"),
    [
        ("", "invalidSyntax", "The body is empty; one JSON object is expected"),
        ('{"userName": "é"}'.encode("latin-1"), "invalidSyntax", "not UTF-8 at byte 15"),
        ('{"userName": "a",}', "invalidSyntax", "not JSON: trailing comma"),
        (person(title=True), "invalidValue", "title: text is expected, not true"),
        (person(emails=[5]), "invalidValue", "emails: an object is expected, not 5"),
        (person(name="Jane Doe"), "invalidValue", "name: an object is expected, not 'Jane Doe'"),
        (person(active=[None, None]), "invalidValue", "active: one value is expected, not a list of 2"),
        (person(active=1), "invalidValue", "active: true or false is expected, not 1"),
    ],
)
def test_a_body_that_cannot_be_taken(scim, body, scim_type, words):
    assert_error(scim.post("/Users", body), 400, scim_type, words)


@pytest.mark.parametrize(
    ("body", "scim_type", "words"),
    [
        (patch(op="move", path="title"), "invalidSyntax", "operation 1: op must be add, remove or replace, not 'move'"),
        (patch(path="title", value="x"), "invalidSyntax", "operation 1: op must be add, remove or replace"),
        (patch(op="add", path=5, value="x"), "invalidPath", "path must be a text such as name.givenName, not 5"),
        (patch(op="add", value="x"), "invalidValue", "add without a path needs an object of attributes as value, not 'x'"),
        (patch(op="add", path=f"{CORE}:name", value=True), "invalidValue", "name: an object is expected, not true"),
        ({"schemas": [PATCH_OP], "Operations": [None]}, "invalidSyntax", "operation 1: an object is expected, not null"),
    ],
)  # fmt: skip
def test_an_operation_that_cannot_be_carried_out(scim, account, body, scim_type, words):
    assert_error(scim.patch(f"/Users/{account.owner.scim_id}", body=body), 400, scim_type, words)


@pytest.mark.parametrize(
    ("parameters", "scim_type", "words"),
    [
        ({"filter": "userName"}, "invalidFilter", "expected an operator, not the end at position 9; one of pr, eq"),
        ({"filter": 'not userName eq "x"'}, "invalidFilter", "'not' stands before parentheses: not (…) (position 1)"),
        (
            {"filter": "active eq 1"},
            "invalidFilter",
            "active at position 1 is a boolean: compare it with true or false",
        ),
        ({"filter": 5}, "invalidFilter", "filter must be a text, not 5"),
        ({"sortBy": "nope"}, "invalidPath", "sortBy: User has no attribute 'nope'"),
        ({"sortBy": ["userName"]}, "invalidPath", "sortBy must be the name of an attribute, not a list"),
        ({"sortOrder": "up"}, "invalidValue", "sortOrder must be ascending or descending, not 'up'"),
        ({"count": True}, "invalidValue", "count must be a whole number, not true"),
        ({"startIndex": [1]}, "invalidValue", "startIndex must be a whole number, not a list"),
        ({"cursor": "x"}, "invalidCursor", "begin again with an empty one"),
    ],
)
def test_a_question_that_cannot_be_answered(scim, parameters, scim_type, words):
    assert_error(scim.post("/Users/.search", {"schemas": [SEARCH]} | parameters), 400, scim_type, words)


def test_an_address_that_is_none_tells_where_resources_are(scim):
    assert_error(scim.get("/users"), 404, says="/Users and /Groups, spelled like this")
    assert_error(
        scim.put("/Users", person()), 405, says="PUT is not offered here. These are: GET, HEAD, OPTIONS, POST."
    )


def test_an_empty_list_of_schemas_is_no_list(account):
    """null and [] are the same (RFC 7643 §2.5), so whoever may leave schemas out may send them empty."""
    assert account.scim("generic").post("/Users", person(schemas=[])).status_code == 201
    assert_error(account.scim("strict").post("/Users", person(schemas=[])), 400, "invalidSyntax", "schemas must")

"""Sorting (R-105 … R-108)."""

import pytest

from tests.scim_api.bodies import assert_error, create, person


@pytest.fixture
def order(scim):
    """``order(sortBy=…)`` → the given names of the people of this test in order, one letter each."""

    def create_one(letter, **more):
        create(scim, person(letter, "Sort", userName=f"{letter.lower()}@sort.example", **more))

    def ordered(**query):
        answer = scim.get("/Users", filter='userName ew "@sort.example"', **query)
        assert answer.status_code == 200, answer.text
        return "".join(item["name"]["givenName"] for item in answer.json["Resources"])

    ordered.create = create_one
    return ordered


def test_R_105_ascending_unless_said_otherwise(scim, order):
    """sortBy takes a path; sortOrder is ascending unless it says descending; anything else is refused."""
    for letter in "CAB":
        order.create(letter, title=letter)

    for path in (
        "title",
        "userName",
        "name.givenName",
        "urn:ietf:params:scim:schemas:core:2.0:User:TITLE",
        "emails.value",
    ):
        assert order(sortBy=path) == order(sortBy=path, sortOrder="ascending") == "ABC"
        assert order(sortBy=path, sortOrder="Descending") == "CBA"
    assert_error(scim.get("/Users", sortBy="title", sortOrder="up"), 400, "invalidValue")
    assert_error(scim.get("/Users", sortBy="robot"), 400, "invalidPath")


def test_R_106_the_primary_value_decides(order):
    """Of several values the primary one counts, else the first; a complex attribute is sorted by its value."""
    order.create("A", emails=[{"value": "a@z.example", "type": "work"}, {"value": "z@z.example", "primary": True}])
    order.create("B", emails=[{"value": "m@z.example", "type": "work"}, {"value": "a2@z.example", "type": "home"}])
    order.create("C", emails=[{"value": "b@z.example"}])

    assert order(sortBy="emails") == order(sortBy="emails.value") == "CBA"
    assert order(sortBy="emails.value", sortOrder="descending") == "ABC"


def test_R_107_no_value_comes_last_and_first(order):
    """People without a value come last ascending and first descending, in the order of creation."""
    order.create("A", title="x")
    order.create("B")
    order.create("C", title="a")
    order.create("D")

    assert order(sortBy="title") == "CABD"
    assert order(sortBy="title", sortOrder="descending") == "BDAC"


def test_R_108_order_is_plain_unicode_without_locale(order):
    """Letter case decides as the schema says; otherwise the order is that of code points, the same on both databases."""
    for letter, title in (
        ("A", "zoo"),
        ("B", "Émile"),
        ("C", "ant"),
        ("D", "Bee"),
        ("E", "_x"),
        ("F", "a b"),
        ("G", "a-b"),
    ):
        order.create(letter, title=title, externalId=title)

    assert order(sortBy="title") == "".join(
        letter for _, letter in sorted((title.lower(), letter) for letter, title in zip("ABCDEFG", (
            "zoo", "Émile", "ant", "Bee", "_x", "a b", "a-b"), strict=True))
    )  # fmt: skip
    assert order(sortBy="externalId") == "DEFGCAB"

"""Lists by index are the same wherever a page begins, and stay right while people leave, return and come."""

import pytest

from tests.scim_api.bodies import create, person

COUNTS = (1, 2, 3, 100)


@pytest.fixture
def seven(scim):
    """The ids of everybody, in the order of creation."""
    for number in range(6):
        create(scim, person(f"W{number}", userName=f"walker{number}@walk.example"))
    return everybody(scim)


def everybody(scim):
    """All ids, by another way than pages of the whole list take."""
    found = scim.get("/Users", filter='meta.resourceType eq "User"', count=500).json
    return [item["id"] for item in found["Resources"]]


def assert_every_page_is_right(scim, ids):
    """From each place on, in an order that makes what is remembered help, and then hinder."""
    places = [*range(1, len(ids) + 3), *range(len(ids) + 2, 0, -2)]
    for start in places:
        for count in COUNTS:
            page = scim.get("/Users", startIndex=start, count=count).json
            assert [item["id"] for item in page["Resources"]] == ids[start - 1 : start - 1 + count], (start, count)
            assert (page["totalResults"], page["startIndex"]) == (len(ids), start)


def test_pages_are_the_same_wherever_they_begin(scim, seven):
    assert_every_page_is_right(scim, seven)
    assert scim.get("/Users", count=0).json["totalResults"] == len(seven)


def test_pages_are_right_when_others_have_left_returned_and_come(scim, account, seven):
    walked = seven
    assert_every_page_is_right(scim, walked)

    scim.delete(f"/Users/{walked[1]}")
    assert_every_page_is_right(scim, [*walked[:1], *walked[2:]])

    returned = create(scim, person("W0", userName="walker0@walk.example"))["id"]  # the same row under a new id
    assert_every_page_is_right(scim, [walked[0], returned, *walked[2:]])

    scim.delete(f"/Users/{walked[3]}")  # as many as before, but others
    come = create(scim, person("W99", userName="walker99@walk.example"))["id"]
    now = [walked[0], returned, walked[2], *walked[4:], come]
    assert everybody(scim) == now
    assert_every_page_is_right(scim, now)


def test_a_walk_of_one_account_leaves_another_alone(scim, other_account, seven):
    theirs = other_account.scim("okta")
    assert_every_page_is_right(scim, seven)
    assert_every_page_is_right(theirs, everybody(theirs))

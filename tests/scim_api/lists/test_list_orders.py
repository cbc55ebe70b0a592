"""The order of lists: what can be sorted by, and where people without a value stand."""

import pytest

from tests.scim_api.bodies import ENTERPRISE, SEARCH, assert_error, create, ids, person


@pytest.mark.parametrize("order", [None, "ascending", "Descending"])
@pytest.mark.parametrize(
    "by",
    [
        "id", "userName", "displayName", "name.givenName", "meta.created", "meta.lastModified", "externalId", "title",
        "active", "emails", "emails.type", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ],
)  # fmt: skip
def test_every_attribute_that_can_be_filtered_can_be_sorted_by(known_five, by, order):
    _, scim, *_ = known_five

    answer = scim.get("/Users", sortBy=by, **({"sortOrder": order} if order else {}))

    assert answer.json["itemsPerPage"] == len(set(ids(answer))) == 6


@pytest.mark.parametrize(
    "by", ["groups.display", "groups", "nonsense", "name", "meta", "meta.version", "urn:x:y", ENTERPRISE]
)
def test_what_has_no_order_is_refused(scim, by):
    assert_error(scim.get("/Users", sortBy=by), 400, "invalidPath")
    assert_error(scim.get("", sortBy=by), 400, "invalidPath")


@pytest.mark.parametrize("by", [0, False, [], {}])
def test_a_sort_order_that_is_no_text_is_refused_also_when_the_list_without_one_is_known(scim, by):
    assert scim.post("/Users/.search", {"schemas": [SEARCH]}).status_code == 200

    assert_error(scim.post("/Users/.search", {"schemas": [SEARCH], "sortBy": by}), 400, "invalidPath")


def test_no_value_sorts_last_ascending_and_first_descending(known_five):
    _, scim, owner, (zoe, bea, asa, carl, dan) = known_five

    up = ids(scim.get("/Users", sortBy="name.familyName"))
    down = ids(scim.get("/Users", sortBy="name.familyName", sortOrder="descending"))

    assert up == [zoe, asa, dan, owner, bea, carl]
    assert down == [carl, bea, owner, asa, dan, zoe]


def test_a_value_that_is_not_shown_has_no_place_in_an_order(scim, account):
    """The externalId of another connection, and an ``active`` that was taken away."""
    plain = scim.for_provider("generic")
    bea = create(scim, person("Bea", "B", externalId="2"))["id"]
    ann = create(plain, person("Ann", "A", externalId="1", active=False))["id"]
    cid = create(plain, person("Cid", "C", externalId="3"))["id"]
    plain.patch(f"/Users/{ann}", {"op": "remove", "path": "active"})
    owner = account.owner.scim_id

    for path in ("/Users", ""):
        assert ids(scim.get(path, sortBy="externalId")) == [bea, owner, ann, cid]
        assert ids(plain.get(path, sortBy="externalId")) == [ann, cid, owner, bea]
        assert ids(plain.get(path, sortBy="externalId", sortOrder="descending")) == [owner, bea, cid, ann]
        assert ids(plain.get(path, sortBy="active")) == [owner, bea, cid, ann]
        assert ids(plain.get(path, sortBy="active", sortOrder="descending")) == [ann, owner, bea, cid]


def test_the_primary_value_of_several_is_sorted_by(scim, account):
    first = create(scim, person(emails=[{"value": "z@x.example"}, {"value": "b@x.example", "primary": True}]))
    second = create(scim, person(emails=[{"value": "m@x.example", "type": "work"}, {"value": "a@x.example"}]))

    order = ids(scim.get("/Users", sortBy="emails", filter='emails.value ew "x.example"'))

    assert order == [first["id"], second["id"]]

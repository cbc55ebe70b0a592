"""Reading, lists, attributes (R-080 … R-086)."""

import pytest

from tests.scim_api.bodies import LIST, SEARCH, assert_error, create, group, person


@pytest.fixture
def five(scim):
    return [create(scim, person(f"P{number}", title="Cook"))["id"] for number in range(5)]


def test_R_080_a_list_says_how_much_there_is(scim, five):
    """A ListResponse has totalResults, startIndex and itemsPerPage as integers, and Resources."""
    shown = scim.get("/Users", filter='title eq "Cook"', startIndex=2, count=3).json

    assert shown["schemas"] == [LIST]
    assert (shown["totalResults"], shown["startIndex"], shown["itemsPerPage"]) == (5, 2, 3)
    assert [item["id"] for item in shown["Resources"]] == five[1:4]


def test_R_081_no_match_is_an_empty_list(scim):
    """A search that finds nothing is 200 with a total of 0 and an empty array."""
    answer = scim.get("/Users", filter='userName eq "nobody"')

    assert (answer.status_code, answer.json["totalResults"], answer.json["Resources"]) == (200, 0, [])


def test_R_082_the_root_spans_all_types(scim, five):
    """A query at the base URL runs over people and groups; an attribute that a type lacks is absent there."""
    team = create(scim, group("Team", *five[:2]), "/Groups")

    def kinds(**query):
        return [item["meta"]["resourceType"] for item in scim.get("", **query).json["Resources"]]

    assert set(kinds()) == {"User", "Group"}
    assert kinds(filter='meta.resourceType eq "Group"') == ["Group"]
    assert kinds(filter='title eq "Cook"') == ["User"] * 5
    assert kinds(filter=f'displayName eq "Team" or id eq "{five[0]}"') == ["User", "Group"]
    assert "User" not in kinds(filter="members pr")
    found = scim.post("/.search", {"schemas": [SEARCH], "filter": "members pr"}).json["Resources"]
    assert [item["id"] for item in found] == [team["id"]]


def test_R_083_no_list_is_too_long_to_be_paged(scim, five):
    """Nothing is tooMany here: whatever a filter finds is counted whole and comes in pages of the published size."""
    limit = scim.get("/ServiceProviderConfig").json["filter"]["maxResults"]
    shown = scim.get("/Users", filter="userName pr", count=limit + 1).json

    assert shown["itemsPerPage"] <= limit
    assert shown["totalResults"] == 6
    assert scim.get("/Users", filter="userName pr", startIndex=10**9, count=limit).json["totalResults"] == 6


def test_R_084_every_answer_with_a_resource_takes_a_projection(scim, strict):
    """attributes or excludedAttributes work on every operation that returns a resource, by any name; both at once are 400."""
    made = create(scim, person("Ann", "Lee", title="Cook"))
    path, always = f"/Users/{made['id']}", {"id", "schemas"}
    core = "urn:ietf:params:scim:schemas:core:2.0:User"

    def operations(projection):
        yield scim.get(f"{path}?{projection}").json
        yield scim.get(f"/Users?{projection}&filter=id%20eq%20%22{made['id']}%22").json["Resources"][0]
        yield scim.post(f"/Users?{projection}", person("New", title="Cook")).json
        yield scim.put(f"{path}?{projection}", made).json
        yield scim.patch(f"{path}?{projection}", replace={"title": "Cook"}).json

    for shown in operations("attributes=title"):
        assert shown.keys() == always | {"title"}
    for shown in operations(f"attributes={core}:name.givenName,emails.value"):
        assert shown.keys() == always | {"name", "emails"}
        assert shown["name"].keys() == {"givenName"}
        assert shown["emails"][0].keys() == {"value"}
    for shown in operations(f"excludedAttributes={core}:emails,id,name.familyName"):
        assert always < shown.keys()
        assert "emails" not in shown
        assert "familyName" not in shown["name"]
    both = "attributes=title&excludedAttributes=name"
    for answer in (
        scim.get(f"{path}?{both}"), scim.get(f"/Users?{both}"), scim.put(f"{path}?{both}", made),
        scim.patch(f"{path}?{both}", replace={"title": "Chef"}), scim.post(f"/Users?{both}", person()),
        scim.post("/Users/.search", {"attributes": ["title"], "excludedAttributes": ["name"]}),
    ):  # fmt: skip
        assert_error(answer, 400, "invalidValue", "exclude each other")
    assert scim.get(path).json == made
    found = scim.post("/Users/.search", {"attributes": ["title"], "filter": f'id eq "{made["id"]}"'})
    assert found.json["Resources"][0].keys() == always | {"title"}
    team = create(strict, group("Team", made["id"]), "/Groups")
    assert "display" not in str(team["members"])
    assert "display" in strict.get(f"/Groups/{team['id']}", attributes="members.display").json["members"][0]


def test_R_085_paging_by_index(scim, five):
    """startIndex below 1 is 1, a negative count is 0, 0 gives the total alone, and past the end is an empty page."""

    def page(**query):
        shown = scim.get("/Users", filter='title eq "Cook"', **query).json
        assert shown["totalResults"] == 5
        return [item["id"] for item in shown["Resources"]]

    assert page(startIndex=0) == page(startIndex=-7) == page(startIndex=1) == five
    assert page(count=-3) == page(count=0) == page(startIndex=6) == page(startIndex=10**18) == []
    assert page(count=2) == five[:2]
    assert page(startIndex=5, count=2) == five[4:]


def test_R_086_pages_keep_one_order(scim, five):
    """Lists are in the order of creation: what is created between two pages shifts neither."""
    first = scim.get("/Users", count=3).json["Resources"]
    create(scim, person("Aaron", "Aardvark"))
    second = scim.get("/Users", startIndex=4, count=3).json["Resources"]

    assert [item["id"] for item in (first + second)[1:]] == five

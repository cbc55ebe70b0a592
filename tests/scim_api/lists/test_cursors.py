"""Paging by cursor against the real application (RFC 9865): nobody twice, nobody lost, whatever happens meanwhile."""

import random

import pytest

from tests.scim_api.bodies import LIST, SEARCH, assert_error, create, extension, group, ids_on, person

WORDS = ("ant", "Bee", "cat", "Émile", "zebra", None)


def walk(scim, path="/Users", **query):
    """The pages of a whole walk."""
    pages, cursor = [], ""
    while cursor is not None:
        answer = scim.get(path, cursor=cursor, **query)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json)
        cursor = answer.json.get("nextCursor")
        assert len(pages) < 100, "the walk does not end"
    return pages


@pytest.fixture
def crowd(scim):
    """Twelve people whose title, number of an employee and activity are shared by some and missing for others."""
    return gather(scim)


@pytest.fixture
def reader(once):
    """A client of an account with such people, for tests that only read."""
    return once(populate)[1]


def populate(account):
    scim = account.scim()
    gather(scim)
    return account.scope, scim


def gather(scim):
    chance = random.Random(7)
    people = []
    for number in range(12):
        body = person(f"P{number}", chance.choice("ABC"))
        word = chance.choice(WORDS)
        people.append(create(scim, body | ({"title": word} if word else {}) | {"active": number % 3 != 0})["id"])
    return people


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize(
    "sort_by", [None, "title", "userName", "name.familyName", "active", "meta.created", "externalId", "id", "emails"]
)
def test_a_walk_is_the_list_by_index_in_the_same_order(reader, sort_by, order):
    query = {"sortBy": sort_by, "sortOrder": order} if sort_by else {}

    pages = walk(reader, count=3, **query)

    assert ids_on(pages) == [item["id"] for item in reader.get("/Users", **query).json["Resources"]]
    assert len(ids_on(pages)) == 13
    assert [len(page["Resources"]) for page in pages] == [3, 3, 3, 3, 1]


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_walk_in_the_order_of_a_number_is_the_list_by_index(scim, account, make_field, kind, order):
    make_field("level", kind)
    for number, level in enumerate((3, 1, None, 2, 3, 10, None)):
        create(scim, person(f"P{number}") | ({} if level is None else {extension(account): {"level": level}}))
    query = {"sortBy": f"{extension(account)}:level", "sortOrder": order}

    assert ids_on(walk(scim, count=2, **query)) == [
        item["id"] for item in scim.get("/Users", **query).json["Resources"]
    ]


def test_pages_by_cursor_have_their_own_shape(scim, crowd):
    first, *_, last = walk(scim, count=6)

    assert first["schemas"] == [LIST]
    assert (first["totalResults"], first["itemsPerPage"]) == (13, 6)
    assert "startIndex" not in first
    assert "nextCursor" not in last


def test_a_walk_survives_deletes_inserts_and_changes(scim, crowd):
    first = scim.get("/Users", cursor="", count=4).json
    seen = [item["id"] for item in first["Resources"]]
    for resource_id in (seen[1], seen[3], crowd[6]):  # the last of the page among them
        scim.delete(f"/Users/{resource_id}")
    late = create(scim, person("Late", "Comer"))["id"]

    rest, cursor = [], first["nextCursor"]
    while cursor:
        page = scim.get("/Users", cursor=cursor, count=4).json
        rest += [item["id"] for item in page["Resources"]]
        cursor = page.get("nextCursor")

    assert rest == [person_id for person_id in crowd[3:] if person_id != crowd[6]] + [late]


def test_filters_groups_and_searches_walk_too(scim, crowd):
    for number in range(3):
        create(scim, group(f"Crew {number}"), "/Groups")

    assert len(ids_on(walk(scim, count=2, filter="active eq true"))) == 9
    assert len(ids_on(walk(scim, "/Groups", count=2))) == 3
    body = {"schemas": [SEARCH], "cursor": "", "count": 5, "sortBy": "userName"}
    first = scim.post("/Users/.search", body).json
    second = scim.post("/Users/.search", body | {"cursor": first["nextCursor"]}).json
    assert not {item["id"] for item in first["Resources"]} & {item["id"] for item in second["Resources"]}


def test_a_count_of_nothing_gives_the_total_alone(scim, crowd):
    answer = scim.get("/Users", cursor="", count=0).json

    assert (answer["totalResults"], answer["Resources"]) == (13, [])
    assert "nextCursor" not in answer


def test_other_questions_counts_tokens_and_forgeries_are_refused(scim, crowd, clock):
    cursor = scim.get("/Users", cursor="", count=4).json["nextCursor"]

    assert_error(scim.get("/Users", cursor=cursor, count=5), 400, "invalidCount", "count 4")
    for query in ({"filter": "userName pr"}, {"sortBy": "userName"}, {"sortOrder": "descending"}):
        assert_error(scim.get("/Users", cursor=cursor, count=4, **query), 400, "invalidCursor")
    assert_error(scim.get("/Groups", cursor=cursor, count=4), 400, "invalidCursor")
    assert_error(scim.for_provider("entra").get("/Users", cursor=cursor, count=4), 400, "invalidCursor")
    for forged in ("x", cursor[:-1], cursor + "x", "." + cursor, "é", "a" * 5000):
        assert_error(scim.get("/Users", cursor=forged, count=4), 400, "invalidCursor")
    assert_error(scim.get("/Users", cursor="", startIndex=1), 400, "invalidValue", "two ways of paging")
    clock.advance(hours=1, seconds=1)
    assert_error(scim.get("/Users", cursor=cursor, count=4), 400, "expiredCursor")


def test_the_configuration_tells_of_both_ways(scim):
    published = scim.get("/ServiceProviderConfig").json["pagination"]

    assert published["cursor"] is published["index"] is True
    assert published["defaultPaginationMethod"] == "index"
    assert published["cursorTimeout"] == 3600

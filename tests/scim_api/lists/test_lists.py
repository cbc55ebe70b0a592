"""Lists: shape, paging, totals, filters, projection, and how many statements each takes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scim_api.bodies import CORE, LIST, SEARCH, assert_error, create, group, ids, person


def test_the_probe_of_okta_finds_the_owner_with_names_and_address(scim):
    answer = scim.get("/Users", startIndex=1, count=2)

    assert answer.json["schemas"] == [LIST]
    assert [answer.json[name] for name in ("totalResults", "startIndex", "itemsPerPage")] == [1, 1, 1]
    owner = answer.json["Resources"][0]
    assert owner["active"] is True
    assert owner["name"] == {"givenName": "Olive", "familyName": "Owner"}
    assert owner["emails"][0]["value"] == owner["userName"]


def test_an_empty_list_has_an_empty_array(scim):
    for path in ("/Groups", '/Users?filter=userName%20eq%20"nobody"'):
        answer = scim.get(path)
        assert answer.status_code == 200
        assert answer.json["Resources"] == []
        assert answer.json["totalResults"] == answer.json["itemsPerPage"] == 0


@pytest.mark.parametrize(
    "start, count, places",
    [
        (None, None, range(6)), (1, 2, (0, 1)), (3, 2, (2, 3)), (6, 100, (5,)), (7, 10, ()), (0, 2, (0, 1)),
        (-5, 1, (0,)), (1, 0, ()), (1, -3, ()), (10**17, 5, ()), ("", "", range(6)),
    ],
)  # fmt: skip
def test_pages_are_cut_from_one_order(known_five, start, count, places):
    _, scim, owner, five = known_five
    everybody = [owner, *five]
    query = {name: value for name, value in (("startIndex", start), ("count", count)) if value is not None}

    answer = scim.get("/Users", **query)

    assert ids(answer) == [everybody[place] for place in places]
    assert answer.json["totalResults"] == 6
    assert answer.json["itemsPerPage"] == len(places)


@pytest.mark.parametrize("query", [{"startIndex": "one"}, {"count": "1.5"}, {"count": "1e3"}, {"sortOrder": "up"}])
def test_what_is_no_number_or_order_is_refused(scim, query):
    assert_error(scim.get("/Users", **query), 400, "invalidValue", next(iter(query)))


def test_a_page_holds_500_at_most_and_100_unless_said(scim, account, app):
    for _ in range(101):
        account.make_user(state="invited")

    assert scim.get("/Users").json["itemsPerPage"] == 100
    assert scim.get("/Users", count=10_000).json["itemsPerPage"] == 102


@pytest.mark.parametrize(
    "query", ["filter={0}&filter={1}", "Filter={0}&%66ilter={1}", "filter&count=1&FILTER={1}", "count=1&Count=1"]
)
def test_a_parameter_that_comes_twice_is_refused(scim, query):
    sent = query.format("userName%20pr", "title%20pr")

    assert_error(scim.get(f"/Users?{sent}"), 400, "invalidValue", "more than once")


def test_a_filter_is_found_wherever_it_stands_and_however_its_name_is_written(known_five):
    _, scim, *_ = known_five

    answers = [
        scim.get(f"/Users?{query}").json
        for name in ("filter", "FILTER", "%46ilter")
        for text in ("title%20eq%20%22nobody%22", "title+eq+%22nobody%22")
        for query in (f"{name}={text}&count=2", f"count=2&{name}={text}", f"&other=a&count=2&&{name}={text}&")
    ]

    assert {(answer["totalResults"], answer["itemsPerPage"]) for answer in answers} == {(0, 0)}
    assert scim.get("/Users?count=2").json["totalResults"] > 2


def test_a_plus_in_a_filter_is_one_where_blanks_are_escaped(scim):
    made = create(scim, person(userName="jo+scim@acme.example"))["id"]
    head = create(scim, person(title="Head of IT"))["id"]
    pipes = create(scim, person(title='6" pipes + 7" pipes'))["id"]

    for text, found in (
        ("userName%20eq%20%22jo+scim@acme.example%22", made),
        ('count=5&Filter=userName%20eq%20"jo+scim%40acme.example"', made),
        ("userName+eq+%22jo%2Bscim@acme.example%22", made),
        ("title+eq+%22head+of+it%22", head),
        ("title%20eq+%22head%20of%20it%22", head),
        ("title%20eq%20%226%5C%22%20pipes%20+%207%5c%22%20pipes%22", pipes),  # a quote in a value ends none
    ):
        assert ids(scim.get(f"/Users?{text}" if "=" in text else f"/Users?filter={text}")) == [found], text


def test_one_resource_is_no_list_so_no_part_of_it_is_asked_for(scim, five):
    found = scim.get("/Users?count=1").json["Resources"][0]

    assert scim.get(f"/Users/{found['id']}?count=all&sortOrder=up&attributes=userName").json.keys() >= {
        "id",
        "userName",
    }


def test_the_total_of_a_filter_counts_all_pages(known_five):
    _, scim, *_ = known_five

    answer = scim.get("/Users", filter="name.familyName pr", startIndex=2, count=2)

    assert answer.json["totalResults"] == 5
    assert answer.json["itemsPerPage"] == 2


@pytest.mark.parametrize(
    "text", ["userName", "userName eq", 'userName ~ "x"', 'nonsense eq "x"', "active gt true", "(" * 400, "title pr or",
             'userName eq "x" and', "x" * 5000, 'meta.created gt "yesterday"', 'urn:x:y:z:title eq "a"']
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_never_everybody(scim, text):
    assert_error(scim.get("/Users", filter=text), 400, "invalidFilter")
    assert_error(scim.post("/Users/.search", {"schemas": [SEARCH], "filter": text}), 400, "invalidFilter")


def test_a_filter_in_another_encoding_is_not_nobody(scim):
    """A client that finds nobody adds the person again."""
    assert_error(scim.open("GET", "/Users?filter=title%20eq%20%22Caf%E9%22"), 400, "invalidFilter", "%C3%A9")


@pytest.mark.parametrize(
    "query, names",
    [
        ({"attributes": "userName"}, {"schemas", "id", "userName"}),
        ({"attributes": "name.givenName,emails.value"}, {"schemas", "id", "name", "emails"}),
        ({"attributes": f"{CORE}:title"}, {"schemas", "id"}),
        ({"attributes": CORE.upper()}, {"schemas", "id", "userName", "name", "displayName", "emails", "active"}),
        ({"excludedAttributes": f"{CORE},meta"}, {"schemas", "id"}),
        ({"attributes": "password"}, {"schemas", "id"}),
        ({"attributes": "nonsense"}, {"schemas", "id"}),
        ({"excludedAttributes": "emails,name,meta,groups,id,schemas"}, {"schemas", "id", "userName", "displayName", "active"}),
    ],
)  # fmt: skip
def test_only_what_is_asked_for(scim, query, names):
    made = create(scim, person())

    for answer in (
        scim.get("/Users", **query).json["Resources"][-1],
        scim.get(f"/Users/{made['id']}", **query).json,
        scim.post("/Users/.search", {"schemas": [SEARCH], **{k: v.split(",") for k, v in query.items()}}).json[
            "Resources"
        ][-1],
    ):
        assert set(answer) == names


def test_every_answer_with_a_resource_takes_a_projection(scim):
    answer = scim.post("/Users?attributes=userName", person())
    made = answer.json
    assert set(made) == {"schemas", "id", "userName"}
    path = f"/Users/{made['id']}?attributes=title"
    assert set(scim.put(path, person(title="T")).json) == {"schemas", "id", "title"}
    assert set(scim.patch(path, replace={"title": "U"}).json) == {"schemas", "id", "title"}
    both = scim.get("/Users", attributes="title", excludedAttributes="name")
    assert_error(both, 400, "invalidValue", "excludedAttributes")


def test_search_by_post_is_the_list_by_get(scim, five):
    query = {
        "filter": "name.familyName pr",
        "sortBy": "userName",
        "sortOrder": "descending",
        "startIndex": 2,
        "count": 2,
    }

    found = scim.post("/Users/.search", {"schemas": [SEARCH]} | query)

    assert found.status_code == 200
    assert found.json == scim.get("/Users", **query).json
    assert scim.post("/Users/.search", {"schemas": [SEARCH.upper()]} | query).json == found.json
    far = {"startIndex": 10**25, "count": 10**30}  # a parser of JSON makes them floats, and that of URLs does not
    assert scim.post("/Users/.search", {"schemas": [SEARCH]} | far).json == scim.get("/Users", **far).json
    assert_error(scim.post("/Users/.search", {"schemas": ["x"]}), 400, "invalidSyntax")


@pytest.mark.parametrize(
    "path, query, count",
    [
        ("/Users", {}, 1),
        ("/Users", {"cursor": ""}, 2),
        ("/Users", {"filter": 'userName eq "nobody"'}, 1),
        ("/Users", {"filter": 'emails[type eq "work" and value sw "b"] or title pr', "sortBy": "emails"}, 1),
        ("/Users", {"excludedAttributes": "groups"}, 1),
        ("/Users", {"count": 0}, 0),
        ("/Groups", {}, 2),
        ("/Groups", {"excludedAttributes": "members"}, 2),
        ("/Groups", {"filter": 'displayName eq "G0"'}, 1),
    ],
)
def test_a_list_takes_the_same_few_statements_at_any_size(scim, five, statements, path, query, count):
    for number in range(3):
        create(scim, group(f"G{number}", *five), "/Groups")
    scim.get(path, **query)

    with statements() as log:
        assert scim.get(path, **query).status_code == 200

    assert len(beside_what_is_kept(log)) == count, "\n".join(log)


def test_one_resource_takes_one_statement(scim, five, statements):
    scim.get(f"/Users/{five[0]}")
    with statements() as log:
        scim.get(f"/Users/{five[0]}")

    assert len(beside_what_is_kept(log)) == 1, "\n".join(log)


def beside_what_is_kept(log):
    """Statements without those about the token and the number of people, which are read again only where something was written."""
    return [text for text in log if "scim_tokens" not in text and not text.startswith("SELECT counters.name")]


def test_the_total_is_that_of_now_whoever_wrote(scim, five):
    def total():
        return scim.get("/Users", count=0).json["totalResults"]

    assert total() == total() == 6
    assert scim.delete(f"/Users/{five[0]}").status_code == 204
    assert total() == 5
    with ThreadPoolExecutor(1) as elsewhere:  # a thread has a connection of its own
        elsewhere.submit(create, scim, person("Eve", "Adams")).result()
        assert total() == elsewhere.submit(total).result() == 6
    create(scim, person("Finn", "Adams"))
    assert total() == 7

"""Questions at the base URL: people and groups in one list (RFC 7644 §3.4.2.1)."""

import pytest

from tests.scim_api.bodies import LIST, SEARCH, assert_error, create, group, ids_on, person

from .test_cursors import walk


@pytest.fixture
def scim(kept):
    """The client of an account of its own for each file: nearly all tests only read."""
    return kept[1]


@pytest.fixture
def mixed(kept):
    """Names of people and groups that take turns in the alphabet."""
    return kept[2]


@pytest.fixture
def kept(once):
    return once(populate)


def populate(account):
    scim = account.scim()
    return account.scope, scim, mix(scim)


def mix(scim):
    made = {}
    for name in ("Delta", "Alpha", "Charlie"):
        made[name] = create(scim, person(name, "X") | {"displayName": name, "title": "Chef"})["id"]
    for name in ("Echo", "Bravo"):
        made[name] = create(scim, group(name, made["Alpha"]), "/Groups")["id"]
    return made


def names(answer):
    assert answer.status_code == 200, answer.text
    return [item.get("displayName") for item in answer.json["Resources"]]


def test_everything_is_people_then_groups_in_the_order_of_creation(scim, mixed):
    answer = scim.get("")

    assert answer.json["schemas"] == [LIST]
    assert answer.json["totalResults"] == 6
    assert names(answer) == ["Olive Owner", "Delta", "Alpha", "Charlie", "Echo", "Bravo"]
    assert [item["meta"]["resourceType"] for item in answer.json["Resources"]] == ["User"] * 4 + ["Group"] * 2


def test_groups_of_people_are_read_with_those_who_are_shown_and_not_before(account, statements):
    scim = account.scim()
    mix(scim)
    with statements() as log:
        assert len(names(scim.get(""))) == 6

    assert sum(") AS group_seqs" in statement for statement in log) == 1


@pytest.mark.parametrize("start, count, shown", [
    (1, 2, ["Olive Owner", "Delta"]), (4, 2, ["Charlie", "Echo"]), (5, 9, ["Echo", "Bravo"]), (7, 2, []), (1, 0, []),
])  # fmt: skip
def test_pages_go_on_from_one_type_to_the_next(scim, mixed, start, count, shown):
    answer = scim.get("", startIndex=start, count=count)

    assert names(answer) == shown
    assert answer.json["totalResults"] == 6


@pytest.mark.parametrize("text, shown", [
    ('meta.resourceType eq "User"', ["Olive Owner", "Delta", "Alpha", "Charlie"]),
    ('meta.resourceType eq "Group"', ["Echo", "Bravo"]),
    ('displayName sw "b" or displayName sw "c"', ["Charlie", "Bravo"]),
    ('title eq "chef"', ["Delta", "Alpha", "Charlie"]),
    ('title ne "chef"', ["Olive Owner", "Echo", "Bravo"]),
    ("not (title pr)", ["Olive Owner", "Echo", "Bravo"]),
    ("title eq null", ["Olive Owner", "Echo", "Bravo"]),
    ('members[type eq "User"]', ["Echo", "Bravo"]),
    ('emails[country eq "DE"]', []),
    ('emails[country eq "DE" or value co "alpha"]', ["Alpha"]),
    ('emails[not (country pr) and value co "alpha"]', ["Alpha"]),
    ('emails[country ne "DE" and country eq null and value co "alpha"]', ["Alpha"]),
    ('members[country eq "DE"]', []),
    ('members[country ne "DE"]', ["Echo", "Bravo"]),
    ('emails[type eq "work"].value co "alpha"', ["Alpha"]),
    ('members.value pr or userName sw "delta"', ["Delta", "Echo", "Bravo"]),
    ('shoeSize gt 42', []),
    ('not (shoeSize[laces eq "red"])', ["Olive Owner", "Delta", "Alpha", "Charlie", "Echo", "Bravo"]),
])  # fmt: skip
def test_an_attribute_of_another_type_is_absent(scim, mixed, text, shown):
    answer = scim.get("", filter=text)

    assert names(answer) == shown
    assert answer.json["totalResults"] == len(shown)


def test_an_order_mixes_the_types(scim, mixed):
    assert names(scim.get("", sortBy="displayName", filter='displayName ne "Olive Owner"')) == [
        "Alpha", "Bravo", "Charlie", "Delta", "Echo",
    ]  # fmt: skip
    assert names(scim.get("", sortBy="title", startIndex=3, count=3)) == ["Charlie", "Olive Owner", "Echo"]
    assert names(scim.get("", sortBy="title", sortOrder="descending", count=2)) == ["Olive Owner", "Echo"]


@pytest.mark.parametrize("query", [
    {}, {"sortBy": "displayName"}, {"sortBy": "title", "sortOrder": "descending"}, {"sortBy": "meta.created"},
    {"sortBy": "active"}, {"filter": 'displayName ne "Delta"'}, {"sortBy": "id", "sortOrder": "descending"},
])  # fmt: skip
@pytest.mark.parametrize("count", [1, 4])
def test_a_walk_by_cursor_is_the_same_list(scim, mixed, query, count):
    everything = [item["id"] for item in scim.get("", **query).json["Resources"]]

    assert ids_on(walk(scim, "", count=count, **query)) == everything


def test_the_same_is_asked_in_a_body(scim, mixed):
    body = {"schemas": [SEARCH], "filter": 'displayName sw "b"', "attributes": ["displayName"]}

    answer = scim.post("/.search", body)

    (found,) = answer.json["Resources"]
    assert set(found) == {"schemas", "id", "displayName"}


@pytest.mark.parametrize("query, kind", [
    ({"filter": "title eq"}, "invalidFilter"), ({"filter": "(title pr"}, "invalidFilter"),
    ({"sortBy": "shoeSize"}, "invalidPath"), ({"sortBy": "members"}, "invalidPath"), ({"count": "x"}, "invalidValue"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused(scim, query, kind):
    assert_error(scim.get("", **query), 400, kind)
    assert_error(scim.get("", filter='password eq "x"'), 403, "sensitive")


def test_it_takes_the_same_statements_at_any_length(account, statements):
    scim = account.scim()
    mixed = mix(scim)

    def count(**query):
        with statements() as seen:
            scim.get("", **query)
        return len(seen)

    before = [count(), count(sortBy="displayName")]
    for number in range(5):
        create(scim, person(f"P{number}", "Y"))
        create(scim, group(f"G{number}", mixed["Alpha"]), "/Groups")

    assert [count(), count(sortBy="displayName")] == before

"""Groups in groups over SCIM: pushed like people, told to the people in them, never in a circle."""

import pytest

from tests.scim_api.bodies import assert_error, create, found, group
from tests.scim_api.protocol.test_bulk import post, send, statuses


@pytest.fixture
def nested(scim, account):
    """A person in Vienna, which is in Europe, which is in World."""
    return nest(scim, account)


@pytest.fixture
def known_nest(once):
    """``(scope, client, nested)`` of an account of its own, for tests that only read."""
    return once(populate)


def populate(account):
    scim = account.scim()
    return account.scope, scim, nest(scim, account)


def nest(scim, account):
    person = account.make_user().scim_id
    made = {"person": person, "vienna": create(scim, group("Vienna", person), "/Groups")["id"]}
    made["europe"] = create(scim, group("Europe", made["vienna"]), "/Groups")["id"]
    made["world"] = create(scim, group("World", made["europe"]), "/Groups")["id"]
    return made


def groups_of(scim, person):
    return [(item["display"], item["type"]) for item in scim.get(f"/Users/{person}").json.get("groups", [])]


def test_a_group_is_a_member_with_its_kind_and_address(scim, nested):
    (member,) = scim.get(f"/Groups/{nested['europe']}").json["members"]

    assert member == {
        "value": nested["vienna"],
        "$ref": f"{scim.base_url}/Groups/{nested['vienna']}",
        "type": "Group",
        "display": "Vienna",
    }


def test_people_are_told_their_groups_direct_and_indirect(scim, nested):
    assert groups_of(scim, nested["person"]) == [("Vienna", "direct"), ("Europe", "indirect"), ("World", "indirect")]

    scim.patch(f"/Groups/{nested['world']}", add={"members": [{"value": nested["person"]}]})

    assert groups_of(scim, nested["person"]) == [("Vienna", "direct"), ("World", "direct"), ("Europe", "indirect")]


def test_versions_of_people_follow_what_their_groups_are_in(scim, nested):
    before = scim.get(f"/Users/{nested['person']}").headers["ETag"]

    scim.patch(f"/Groups/{nested['world']}", {"op": "remove", "path": f'members[value eq "{nested["europe"]}"]'})

    assert scim.get(f"/Users/{nested['person']}").headers["ETag"] != before
    assert groups_of(scim, nested["person"]) == [("Vienna", "direct"), ("Europe", "indirect")]


@pytest.mark.parametrize("text, names", [
    ('groups.value eq "{world}"', "person"), ('groups eq "{vienna}"', "person"),
    ('groups[value eq "{world}" and type eq "indirect"]', "person"), ('groups[value eq "{world}" and type eq "direct"]', ""),
    ('groups[display eq "europe" and type eq "indirect"]', "person"), ('groups.type eq "indirect"', "person"),
])  # fmt: skip
def test_filters_see_what_answers_show(known_nest, text, names):
    _, scim, nested = known_nest
    assert found(scim, text.format(**nested)) == [nested[name] for name in names.split()]


@pytest.mark.parametrize("text, names", [
    ('members.value eq "{vienna}"', "europe"), ('members eq "{person}"', "vienna"), ('members.type eq "Group"', "europe world"),
    ('members[type eq "User"]', "vienna"), ('members[display eq "EUROPE" and type eq "Group"]', "world"),
    ('members pr and not (members.type eq "User")', "europe world"),
])  # fmt: skip
def test_filters_of_groups_see_both_kinds_of_members(known_nest, text, names):
    _, scim, nested = known_nest
    assert found(scim, text.format(**nested), "/Groups") == [nested[name] for name in names.split()]


@pytest.mark.parametrize("inner, outer", [("vienna", "vienna"), ("europe", "vienna"), ("world", "vienna")])
def test_a_circle_is_refused_and_changes_nothing(scim, nested, make_user, inner, outer):
    stranger = make_user().scim_id
    before = scim.get(f"/Groups/{nested[outer]}").json

    answer = scim.patch(f"/Groups/{nested[outer]}", add={"members": [{"value": nested[inner]}, {"value": stranger}]})

    assert_error(answer, 400, "invalidValue", "of itself" if inner == outer else "is in it already")
    assert scim.get(f"/Groups/{nested[outer]}").json == before


def test_a_replaced_list_keeps_what_it_names_of_both_kinds(scim, nested, make_user):
    other, person = create(scim, group("Graz"), "/Groups")["id"], make_user().scim_id
    path = f"/Groups/{nested['europe']}"

    scim.put(path, group("Europe", other, person))

    assert [(item["value"], item["type"]) for item in scim.get(path).json["members"]] == [
        (person, "User"),
        (other, "Group"),
    ]
    same = scim.get(path)
    assert scim.put(path, same.json).headers["ETag"] == same.headers["ETag"]
    scim.put(path, group("Europe"))
    assert scim.get(path).json["members"] == []


def test_a_removed_group_leaves_the_groups_around_it(scim, nested):
    scim.delete(f"/Groups/{nested['europe']}")

    assert scim.get(f"/Groups/{nested['world']}").json["members"] == []
    assert groups_of(scim, nested["person"]) == [("Vienna", "direct")]


def test_a_group_of_another_account_is_skipped_like_nobody(scim, make_account):
    theirs = make_account().make_group("Theirs").id

    made = create(scim, group("Ours", theirs), "/Groups")

    assert made["members"] == []


def test_bulk_refuses_groups_that_contain_each_other(scim):
    answer = send(scim, post("a", group("A", "bulkId:b"), "/Groups"), post("b", group("B", "bulkId:a"), "/Groups"))

    assert sorted(statuses(answer)) == ["201", "409"]
    assert [item["displayName"] for item in scim.get("/Groups").json["Resources"]] in (["A"], ["B"])

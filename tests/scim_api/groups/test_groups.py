"""Groups over SCIM: pushed, renamed, removed; what a PATCH may not do."""

import pytest

from scimapp.directory.accounts.accounts import change_options
from tests.scim_api.bodies import GROUP, assert_error, create, group, members_of, op, person
from tests.support.databases import on_both


def test_a_pushed_group_is_answered_whole(scim, people):
    answer = scim.post("/Groups", group("Mathematicians", *people[:2]))

    made = answer.json
    assert answer.status_code == 201
    assert made["schemas"] == [GROUP]
    assert made["meta"]["location"] == answer.headers["Location"] == f"{scim.base_url}/Groups/{made['id']}"
    assert [member["value"] for member in made["members"]] == people[:2]
    assert made["members"][0]["type"] == "User"
    assert made["members"][0]["$ref"] == f"{scim.base_url}/Users/{people[0]}"
    assert made["members"][0]["display"]
    shown = scim.get(f"/Users/{people[0]}").json["groups"]
    assert shown == [
        {"value": made["id"], "$ref": made["meta"]["location"], "display": "Mathematicians", "type": "direct"}
    ]


@pytest.mark.parametrize("name", [None, "", "  ", "absent", "x" * 300, 5.5, ["a", "b"]])
def test_a_group_needs_a_name(scim, name):
    body = group("G") | {"displayName": name}
    if name == "absent":
        del body["displayName"]
    answer = scim.post("/Groups", body)

    if name == 5.5:
        assert answer.json["displayName"] == "5.5"
    else:
        assert_error(answer, 400, "invalidValue", "displayName")


@on_both
@pytest.mark.parametrize(
    "provider, option, status",
    [
        ("okta", "provider", 201), ("onelogin", "provider", 201), ("generic", "provider", 201),
        ("entra", "provider", 409), ("strict", "provider", 409),
        ("okta", "refuse", 409), ("entra", "create", 201),
    ],
)  # fmt: skip
def test_a_second_group_of_one_name(account, provider, option, status):
    change_options(account.scope, same_name_groups=option)
    scim = account.scim(provider)
    first = create(scim, group("Team"), "/Groups")

    answer = scim.post("/Groups", group("TEAM"))

    assert answer.status_code == status
    if status == 409:
        assert_error(answer, 409, "uniqueness", "TEAM")
    else:
        assert answer.json["id"] != first["id"]


def test_a_renamed_group_frees_its_name_and_keeps_its_members(account, people):
    scim = account.scim("entra")
    made = create(scim, group("Old", *people), "/Groups")

    answer = scim.patch(f"/Groups/{made['id']}", op("replace", None, {"id": made["id"], "displayName": "New"}))

    assert answer.json["displayName"] == "New"
    assert members_of(scim, made["id"]) == people
    assert scim.get("/Groups", filter='displayName eq "old"').json["totalResults"] == 0
    assert scim.post("/Groups", group("Old")).status_code == 201
    assert scim.put(f"/Groups/{made['id']}", answer.json).status_code == 200


@pytest.mark.parametrize(
    "operation, scim_type",
    [
        (op("replace", "members[value pr].value", "y"), "mutability"),
        (op("replace", 'members[value eq "x"].value', "y"), "noTarget"),
        (op("replace", 'members[value eq "x"]', {"value": "x"}), "noTarget"),
        (op("add", 'members[value eq "x"]', {"value": "x"}), "noTarget"),
        (op("add", "members[value pr]", {"value": "x"}), "mutability"),
        (op("replace", "members[value pr]", {"type": "Group"}), "mutability"),
        (op("replace", "members[value pr]", []), "mutability"),
        (op("remove", "members[value pr].value"), "mutability"),
        (op("replace", "members.type", "Group"), "mutability"),
        (op("remove", "displayName"), "mutability"),
        (op("replace", "displayName", ""), "invalidValue"),
        (op("add", "members", 5), "invalidValue"),
    ],
)
def test_what_a_patch_of_a_group_may_not_do(scim, people, operation, scim_type):
    made = create(scim, group("G", *people), "/Groups")

    assert_error(scim.patch(f"/Groups/{made['id']}", op("add", "members", []), operation), 400, scim_type)
    assert members_of(scim, made["id"]) == people


@on_both
@pytest.mark.parametrize("preset", ["strict", "okta"])
def test_a_member_may_be_sent_again_where_it_stands(account, people, preset):
    """Parts of a member are immutable, and what is there may be sent (R-050)."""
    scim = account.scim(preset)
    made = create(scim, group("G", *people), "/Groups")
    path = f"/Groups/{made['id']}"
    member = scim.get(path).json["members"][0]
    chosen = f'members[value eq "{member["value"]}"]'

    for operation in (
        op("replace", chosen, member),
        op("add", chosen, {"value": member["value"], "type": "user"}),
        op("replace", f"{chosen}.value", member["value"]),
    ):
        assert scim.patch(path, operation).headers["ETag"] == made["meta"]["version"]
    assert members_of(scim, made["id"]) == people


def test_a_patch_of_a_large_group_is_answered_without_a_body_unless_attributes_are_named(scim, account, app):
    ids = [account.make_user(state="invited").scim_id for _ in range(201)]
    made = create(scim, group("Large", *ids), "/Groups")
    path = f"/Groups/{made['id']}"
    remove = op("remove", f'members[value eq "{ids[0]}"]')

    assert scim.patch(path, op("replace", "displayName", "L")).status_code == 204
    named = scim.patch(f"{path}?attributes=displayName", op("replace", "displayName", "M"))
    assert (named.status_code, named.json["displayName"]) == (200, "M")
    assert "members" not in named.json
    shown = scim.patch(path, remove)
    assert shown.status_code == 200
    assert len(shown.json["members"]) == 200


def test_deleting_a_group_leaves_its_people(scim, people):
    made = create(scim, group("G", *people), "/Groups")
    path = f"/Groups/{made['id']}"

    assert scim.delete(path).status_code == 204
    for answer in (
        scim.get(path),
        scim.put(path, group("G")),
        scim.patch(path, op("remove", "members")),
        scim.delete(path),
    ):
        assert_error(answer, 404)
    assert scim.get(f"/Users/{people[0]}").json["active"] is True
    assert scim.get("/Groups").json["Resources"] == []


def test_a_group_in_the_body_of_a_person_creates_nothing(scim):
    create(scim, person(groups=[{"value": "x", "display": "Everyone"}]))

    assert scim.get("/Groups").json["totalResults"] == 0


def test_the_version_of_a_person_moves_with_the_groups(scim, people):
    before = scim.get(f"/Users/{people[0]}").headers["ETag"]
    create(scim, group("G", people[0]), "/Groups")

    assert scim.get(f"/Users/{people[0]}").headers["ETag"] != before


@on_both
def test_external_ids_of_groups_are_unique_in_a_connection(scim):
    create(scim, group("A", externalId="g1"), "/Groups")

    assert_error(scim.post("/Groups", group("B", externalId="g1")), 409, "uniqueness", "externalId")


def test_a_directory_that_takes_a_group_over_does_not_get_the_external_id_of_the_other(scim):
    made = create(scim, group("A", externalId="g1"), "/Groups")
    entra, path = scim.for_provider("entra"), f"/Groups/{made['id']}"

    renamed = entra.patch(path, {"op": "replace", "path": "displayName", "value": "B"}).json

    assert (renamed["displayName"], renamed.get("externalId")) == ("B", None)
    assert create(entra, group("C", externalId="g1"), "/Groups")["externalId"] == "g1"

"""Members of groups over SCIM: pushed, added, taken out, left out."""

import json

import pytest

from scimapp.directory.accounts.accounts import change_options
from scimapp.directory.groups import groups
from tests.scim_api.bodies import assert_error, create, group, members_of, op
from tests.support.databases import on_both


def test_only_people_who_are_here_become_members_and_the_call_succeeds(scim, account, people, make_account):
    foreign = make_account("Globex").make_user().scim_id
    body = group("G", people[0], "nobody", foreign, people[0], "x" * 5_000)
    body["members"].append({"display": "no value"})

    made = create(scim, body, "/Groups")

    assert [member["value"] for member in made["members"]] == [people[0]]
    row = groups.get(account.scope, made["id"])
    assert {skipped.value[:20] for skipped in groups.skipped_members(account.scope, row)} == {
        "nobody", foreign[:20], "x" * 20,
    }  # fmt: skip
    assert (row.last_push_sent, row.last_push_skipped) == (4, 3)


def test_many_members_come_and_go_as_few_do(scim, account, make_user, make_account):
    ids = [make_user().scim_id for _ in range(50)]
    strangers, inner = ["nobody", make_account("Globex").make_user().scim_id], create(scim, group("Inner"), "/Groups")
    made = create(scim, group("G", *reversed(ids[:30]), ids[0], *strangers, inner["id"]), "/Groups")

    assert members_of(scim, made["id"]) == [*ids[:30], inner["id"]]
    row = groups.get(account.scope, made["id"])
    assert (row.last_push_sent, row.last_push_skipped, row.member_count) == (33, 2, 30)

    more = op("add", "members", [{"value": one} for one in ids[5:40]])
    added = scim.patch(f"/Groups/{made['id']}", more)
    assert members_of(scim, added.json["id"]) == [*ids[:40], inner["id"]]
    assert scim.patch(f"/Groups/{made['id']}", more).headers["ETag"] == added.headers["ETag"]

    assert scim.put(f"/Groups/{made['id']}", group("G", *ids[25:])).status_code == 200
    assert members_of(scim, made["id"]) == ids[25:]
    by_value = [op("remove", f'members[value eq "{one}"]') for one in ids[:48]]
    assert scim.patch(f"/Groups/{made['id']}", *by_value).status_code == 200
    assert members_of(scim, made["id"]) == ids[48:]
    assert groups.get(account.scope, made["id"]).member_count == 2


def test_a_group_of_strangers_only_is_created_empty(scim):
    assert create(scim, group("G", "a", "b"), "/Groups")["members"] == []


@on_both
def test_strict_members_refuse_the_whole_push(scim, account, people):
    change_options(account.scope, strict_members=True)

    assert_error(scim.post("/Groups", group("G", people[0], "nobody")), 400, "invalidValue", "nobody")
    assert scim.get("/Groups").json["totalResults"] == 0


@on_both
@pytest.mark.parametrize(
    "operations, wanted",
    [
        ([op("add", "members", [{"value": "2"}])], "012"),
        ([op("add", "members", [{"value": "0"}, {"value": "0"}])], "01"),
        ([op("add", "members", {"value": "2"})], "012"),
        ([op("add", "members", "2")], "012"),
        ([op("add", "members", ["2"])], "012"),
        ([op("add", None, {"members": [{"value": "2"}]})], "012"),
        ([op("remove", 'members[value eq "0"]')], "1"),
        ([op("remove", 'members[value eq "2"]')], "01"),
        ([op("remove", 'members[value eq "0" or value eq "1"]')], ""),
        ([op("remove", 'members[type eq "User"]')], ""),
        ([op("remove", 'members[not (value eq "0")]')], "0"),
        ([op("Remove", "members", [{"value": "0"}])], "1"),
        ([op("remove", "members")], ""),
        ([op("replace", "members", [{"value": "2"}])], "2"),
        ([op("replace", "members", [])], ""),
        ([op("replace", None, {"displayName": "G", "members": [{"value": "1"}, {"value": "2"}]})], "12"),
        ([op("replace", None, {"displayName": "H"})], "01"),
        ([op("remove", 'members[value eq "0"]'), op("add", "members", [{"value": "2"}])], "12"),
        ([op("add", "members", [{"value": "2"}]), op("remove", 'members[value eq "2"]')], "01"),
        ([op("replace", "members", []), op("add", "members", [{"value": "1"}])], "1"),
        ([op("add", "members", [{"value": "2"}]), op("remove", 'members[type eq "User" and value eq "2"]')], "01"),
        (
            [
                op("add", "members", [{"value": "1"}, {"value": "2"}]),
                op("remove", 'members[display pr and $ref co "/Users/"]'),
            ],
            "",
        ),
        ([op("replace", "members", [{"value": "2"}]), op("remove", 'members[type eq "Group"]')], "2"),
        (
            [
                op("add", "members", [{"$ref": "1"}]),
                op("remove", 'members[$ref ew "1"]'),
                op("remove", "members", [{"value": "1"}]),
            ],
            "0",
        ),
        ([op("add", "members", [{"value": "nobody"}])], "01"),
        ([op("remove", 'members[value eq "nobody"]')], "01"),
        ([op("remove", r'members[value eq "\u0000"]')], "01"),
        ([op("remove", r'members[value eq "\ud800" or value eq "0"]')], "1"),
    ],
)
def test_members_by_patch(scim, people, operations, wanted):
    made = create(scim, group("G", *people[:2]), "/Groups")
    text = json.dumps(operations)
    for number, resource_id in enumerate(people):
        text = text.replace(f'"{number}"', f'"{resource_id}"').replace(f'\\"{number}\\"', f'\\"{resource_id}\\"')

    answer = scim.patch(f"/Groups/{made['id']}", *json.loads(text))

    assert answer.status_code == 200, answer.text
    assert members_of(scim, made["id"]) == [people[int(number)] for number in wanted]
    assert [member["value"] for member in answer.json.get("members", [])] == members_of(scim, made["id"])


def test_a_member_may_be_told_by_the_address_alone(scim, people):
    first, second, third = ({"$ref": f"{scim.base_url}/Users/{one}"} for one in people[:3])
    made = create(scim, group("G") | {"members": [first]}, "/Groups")
    assert members_of(scim, made["id"]) == people[:1]

    scim.patch(f"/Groups/{made['id']}", op("add", "members", [second, {"$ref": f"../Users/{people[2]}"}]))
    scim.patch(f"/Groups/{made['id']}", op("remove", "members", [first]))
    assert members_of(scim, made["id"]) == people[1:3]
    scim.put(f"/Groups/{made['id']}", group("G") | {"members": [third]})
    assert members_of(scim, made["id"]) == people[2:3]


@pytest.mark.parametrize("provider", ["okta", "entra", "generic", "strict"])
@pytest.mark.parametrize("beside", [{"value": None}, {"value": ""}, {"type": "User", "display": None}, {"type": None}])
@pytest.mark.parametrize("end", ["", "/"])
def test_an_address_names_a_member_whatever_is_empty_beside_it(account, people, provider, beside, end):
    scim = account.scim(provider)
    first, second = (beside | {"$ref": f"{scim.base_url}/Users/{one}{end}"} for one in people[:2])
    made = create(scim, group("G") | {"members": [first]}, "/Groups")
    assert members_of(scim, made["id"]) == people[:1]

    scim.patch(f"/Groups/{made['id']}", op("add", "members", [second]))
    assert members_of(scim, made["id"]) == people[:2]
    if provider != "strict":
        scim.patch(f"/Groups/{made['id']}", op("remove", "members", [first]))
        assert members_of(scim, made["id"]) == people[1:2]


@on_both
@pytest.mark.parametrize("end", ["/Users", "/Users/", "/Groups/"])
def test_an_address_without_an_id_is_told_as_somebody_who_was_left_out(scim, account, page, end):
    nobody = {"$ref": f"{scim.base_url}{end}"}
    made = create(scim, group("G") | {"members": [nobody]}, "/Groups")

    assert made["members"] == []
    assert nobody["$ref"] in page(f"/groups/{made['id']}").text


def test_a_change_of_members_never_reads_the_list(scim, people, statements):
    made = create(scim, group("G", *people[:2]), "/Groups")
    with statements() as log:
        scim.patch(f"/Groups/{made['id']}?excludedAttributes=members", op("add", "members", [{"value": people[2]}]))

    lists = [text for text in log if text.startswith("SELECT") and "memberships" in text]
    assert log and not lists
    assert members_of(scim, made["id"]) == people


def test_inactive_people_stay_members(scim, people):
    made = create(scim, group("G", *people), "/Groups")
    scim.patch(f"/Users/{people[0]}", replace={"active": False})

    assert members_of(scim, made["id"]) == people


def test_the_strict_preset_leaves_member_names_out_unless_they_are_asked_for(account, people):
    strict = account.scim("strict")
    made = create(strict, group("G", people[0]), "/Groups")

    assert "display" not in made["members"][0]
    asked = strict.get(f"/Groups/{made['id']}", attributes="members.display")
    assert asked.json["members"][0]["display"]

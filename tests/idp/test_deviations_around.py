"""X-13 to X-21 of ``docs/scim.md``: names, places and values beside the standard, and what happens to people."""

import itertools
import json

import pytest

from tests.scim_api.bodies import ENTERPRISE, assert_error, create, extension, group, person
from tests.support.databases import on_both
from tests.support.people import seen_by_scim

from .forms import LENIENT, made, members, op


@pytest.mark.parametrize("more", [{}, {"emails": []}])
def test_X_13_a_tombstone_frees_the_name_and_is_no_address(account, more):
    scim = account.scim("entra")
    one = create(scim, person(**more))
    name = one["userName"]
    tomb = f"0123456789abcdef0123456789abcdef{name}"
    leaving = [op("Replace", "active", "False"), op("Replace", "userName", tomb)]

    after = scim.patch(f"/Users/{one['id']}", *leaving, op("Replace", 'emails[type eq "work"].value', tomb)).json

    assert (after["userName"], after["active"], after["emails"][0]["value"]) == (tomb, False, name)
    assert seen_by_scim(account.scope, one["id"]).email == name
    assert scim.get("/Users", filter=f'userName eq "{name}"').json["totalResults"] == 0


def test_X_14_members_are_added_without_reading_the_list(theirs, make_user, statements):
    """What parallel calls do to one group is in ``tests/races``; here is why they cannot lose anything."""
    ids = [make_user().scim_id for _ in range(12)]
    path = f"/Groups/{create(theirs, group('G', *ids[:2]), '/Groups')['id']}?excludedAttributes=members"

    def add(*some):
        return op("add", "members", [{"value": one} for one in some])

    assert theirs.patch(path, add(ids[2])).status_code == 200  # so that the token is kept before both that are counted
    with statements() as few:
        assert theirs.patch(path, add(ids[3])).status_code == 200
    assert theirs.patch(path, add(*ids[4:11])).status_code == 200
    with statements() as more:
        assert theirs.patch(path, add(ids[11])).status_code == 200

    assert len(more) == len(few)
    assert members(theirs, path.partition("?")[0]) == ids


@on_both
@pytest.mark.parametrize("provider", ["generic", "strict"])
def test_X_15_bodies_without_a_type_with_a_byte_order_mark_and_paths_with_spare_slashes(account, provider):
    scim = account.scim(provider)
    body = json.dumps(person()).encode()

    assert (
        scim.open("POST", "//Users/", b"\xef\xbb\xbf" + body, {"Content-Type": "application/json"}).status_code == 201
    )
    assert scim.open("POST", "/Users", json.dumps(person()).encode(), {"Content-Type": ""}).status_code == 201
    assert scim.get("/Users.scim").status_code == 200
    assert (scim.post("/Users", {"userName": "no.schemas@scim.example"}).status_code == 201) is (provider != "strict")
    for path, body in itertools.product(("", "/Users", "/Groups"), ({"count": 1}, {"schemas": []}, {"Schemas": None})):
        assert scim.post(f"{path}/.search", body).status_code == (400 if provider == "strict" else 200), body


@pytest.mark.parametrize(
    "resource_id", ["010101001010101011001010101011", "a b", "ü", "%00", "x" * 3000, "1'--", "bulkId:1"]
)
@pytest.mark.parametrize("noun", ["Users", "Groups"])
def test_X_16_any_text_may_be_an_id_and_names_nobody(theirs, noun, resource_id):
    for answer in (theirs.get(f"/{noun}/{resource_id}"), theirs.delete(f"/{noun}/{resource_id}")):
        assert_error(answer, 404)


@pytest.mark.parametrize("provider", LENIENT)
def test_X_17_department_and_manager_in_other_places(account, strict, provider):
    scim, own = account.scim(provider), extension(account)
    boss = create(scim, person())["id"]
    body = {"Department": "Bar", own: {"Manager": boss}, ENTERPRISE: {"department": "", "costCenter": "7"}}

    one = create(scim, person(**body))

    assert (one[ENTERPRISE]["department"], one[ENTERPRISE]["costCenter"]) == ("Bar", "7")
    assert one[ENTERPRISE]["manager"]["value"] == boss
    path = f"/Users/{one['id']}"
    assert scim.put(path, one | {"department": "Lost"}).json[ENTERPRISE]["department"] == "Bar"
    assert scim.patch(path, op("replace", "Department", "Hall")).json[ENTERPRISE]["department"] == "Hall"
    assert ENTERPRISE not in create(strict, person(Department="Bar"))
    assert_error(strict.patch(made(strict), op("replace", "department", "Hall")), 400, "invalidPath")


@pytest.mark.parametrize("provider", LENIENT)
def test_X_18_an_empty_text_is_no_value(account, strict, provider):
    scim = account.scim(provider)
    empty = {
        "title": "",
        "userType": {},
        "nickName": None,
        "phoneNumbers": [{"value": "", "type": "work"}],
        "addresses": [{"country": ""}],
    }

    one = create(scim, person(**empty))

    assert not {"title", "userType", "nickName", "phoneNumbers", "addresses"} & one.keys()
    path = made(scim, title="Chef", phoneNumbers=[{"value": "1", "type": "work", "primary": True}])
    after = scim.patch(path, op("replace", "title", ""), op("replace", 'phoneNumbers[type eq "work"].value', "")).json
    assert not {"title", "phoneNumbers"} & after.keys()
    assert create(strict, person(title="", emails={}))["title"] == ""
    assert_error(strict.post("/Users", person(title={})), 400, "invalidValue", "title: text is expected, not an object")
    assert_error(strict.patch(made(strict), op("replace", "title", {})), 400, "invalidValue", "not an object")


@pytest.mark.parametrize("provider", (*LENIENT, "strict"))
def test_X_19_what_a_client_sends_wrong_is_final_and_never_500(account, provider):
    scim = account.scim(provider)
    path, taken = made(scim), create(scim, person())["userName"]

    refused = [
        scim.post("/Users", person(userName=taken)),
        scim.post("/Users", person(emails="\0")),
        scim.put(path, {"userName": {"a": []}}),
        scim.patch(path, op("replace", "emails[type eq", "x")),
        scim.patch(path, op(["add"], "title", "x")),
        scim.patch(path, op("add", 7, "x")),
        scim.patch(path, op("replace", None, {"name.": {"": []}, "manager.": [[]]})),
        scim.get("/Users", filter="manager eq manager"),
    ]

    assert [answer.status_code for answer in refused][0] == 409
    assert {answer.status_code for answer in refused[1:]} <= {200, 204, 400}
    assert scim.get(path).status_code == 200


@pytest.mark.parametrize("provider", (*LENIENT, "strict"))
def test_X_20_an_inactive_person_is_found_by_name_and_created_again_in_place(account, provider):
    scim = account.scim(provider)
    body = person(externalId="00u1", userName=f"back.{provider}@scim.example")
    one = create(scim, body)
    scim.patch(f"/Users/{one['id']}", replace={"active": False})

    found = scim.get("/Users", filter=f'userName eq "{body["userName"].upper()}"').json["Resources"]
    again = create(scim, body)

    assert [(person["id"], person["active"]) for person in found] == [(one["id"], False)]
    assert (again["id"], again["active"]) == (one["id"], True)
    assert_error(scim.post("/Users", body), 409, "uniqueness")


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("provider", LENIENT)
def test_X_21_an_element_that_says_delete_leaves_and_no_other(account, strict, provider, verb):
    scim = account.scim(provider)
    home, work = {"value": "1", "type": "home"}, {"value": "2", "type": "work"}
    new = {"value": "3", "type": "other"}
    gone = [{"operation": "delete", "type": "work", "value": ""}]

    def left(*items, wrapped=True):
        sent = op(verb, None, {"phoneNumbers": [*items]}) if wrapped else op(verb, "phoneNumbers", [*items])
        return scim.patch(made(scim, phoneNumbers=[home, work]), sent).json["phoneNumbers"]

    assert left(*gone) == left(*gone, wrapped=False) == [home]
    assert left({"operation": "Delete", "value": "2"}) == left({"Operation": "delete", "Type": "work"}) == [home]
    assert left(None, *gone) == left(*gone, None) == [home]
    assert left(*gone, new) == [home, new]
    assert left({"operation": "delete", "type": "work", "value": "7"}) == [home, work]
    unnamed = op(verb, "phoneNumbers", [{"operation": "delete", "display": "w"}])
    assert_error(
        scim.patch(made(scim), unnamed), 400, "invalidValue", "operation 1: phoneNumbers: an element to delete says"
    )
    path = made(strict, phoneNumbers=[home, work])
    assert strict.patch(path, op("replace", "phoneNumbers", gone)).json["phoneNumbers"] == [
        {"type": "work", "value": ""}
    ]


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("provider", LENIENT)
def test_X_21_a_member_who_is_to_be_deleted_is_not_the_one_who_stays(account, make_user, provider, verb):
    scim, ids = account.scim(provider), [make_user().scim_id for _ in range(4)]
    path = f"/Groups/{create(scim, group('G', *ids[:3]), '/Groups')['id']}"

    scim.patch(path, op(verb, "members", [{"operation": "delete", "value": ids[0]}, {"value": ids[3]}]))

    assert members(scim, path) == ids[1:]
    scim.patch(path, op(verb, None, {"members": {"operation": "delete", "value": ids[1], "type": "User"}}))
    assert members(scim, path) == ids[2:]
    scim.patch(path, op(verb, "members", [None, {"Operation": "delete", "value": ids[2]}]))
    assert members(scim, path) == ids[3:]

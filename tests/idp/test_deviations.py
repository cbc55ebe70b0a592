"""X-01 to X-12 of ``docs/scim.md``: forms of requests beside the standard; a strict token takes the standard's only."""

import pytest

from tests.scim_api.bodies import ENTERPRISE, assert_error, create, extension, group, person
from tests.support.databases import on_both
from tests.support.people import seen_by_scim

from .forms import LENIENT, made, members, op


@pytest.mark.parametrize("provider", LENIENT)
def test_X_01_operations_in_any_letter_case(account, strict, provider):
    scim, capital = account.scim(provider), op("Replace", "title", "Chef")

    assert scim.patch(made(scim), capital).json["title"] == "Chef"
    assert scim.patch(made(scim), op("ADD", None, {"title": "Chef"})).json["title"] == "Chef"
    assert_error(strict.patch(made(strict), capital), 400, "invalidSyntax", "add, remove or replace")


@pytest.mark.parametrize("provider", LENIENT)
def test_X_02_booleans_as_text(account, strict, provider):
    scim, off = account.scim(provider), op("replace", "active", "False")
    primary = op("add", 'roles[primary eq "True"].value', "cook")

    assert scim.patch(made(scim), off).json["active"] is False
    assert create(scim, person(active="TRUE"))["active"] is True
    assert scim.patch(made(scim), primary).json["roles"] == [{"primary": True, "value": "cook"}]
    assert_error(strict.patch(made(strict), off), 400, "invalidValue", "active: true or false")
    assert_error(strict.post("/Users", person(active="True")), 400, "invalidValue", "active")


@pytest.mark.parametrize("provider", LENIENT)
def test_X_02_numbers_as_text_and_texts_as_numbers(account, strict, make_field, provider):
    make_field("badge", "integer")
    scim, sent = account.scim(provider), {ENTERPRISE: {"employeeNumber": 701984}, extension(account): {"badge": "42"}}

    after = create(scim, person(**sent))

    assert after[ENTERPRISE]["employeeNumber"] == "701984"
    assert after[extension(account)] == {"badge": 42}
    for urn, values in sent.items():
        assert_error(strict.post("/Users", person(**{urn: values})), 400, "invalidValue", "is expected, not")


@on_both
def test_X_03_filters_in_any_letter_case_and_by_short_names(theirs, strict):
    boss = create(theirs, person())
    enterprise = {"department": "Kitchen", "manager": {"value": boss["id"]}}
    one = create(theirs, person("Mia", externalId="x-1", **{ENTERPRISE: enterprise}))
    address = one["emails"][0]["value"]

    def found(scim, text):
        return [person["id"] for person in scim.get("/Users", filter=text).json["Resources"]]

    for text in (
        f'USERNAME Eq "{one["userName"].upper()}"',
        'ExternalId EQ "x-1"',
        f'Emails[Type Eq "Work"].Value eq "{address.upper()}"',
        f'emails.value Eq "{address}" And Active eq True',
    ):
        assert found(theirs, text) == [one["id"]], text
    for text in (
        f'id eq "{one["id"]}" and manager eq "{boss["id"]}"',
        'department eq "kitchen"',
        f'email Co "{address}"',
    ):
        assert found(theirs, text) == [one["id"]], text
        assert_error(strict.get("/Users", filter=text), 400, "invalidFilter", "no attribute")
    assert found(strict, f'USERNAME Eq "{one["userName"]}"') == [one["id"]]  # names ignore case for everybody


@pytest.mark.parametrize("verb", ["add", "replace"])
@pytest.mark.parametrize("provider", LENIENT)
def test_X_04_a_filter_that_nothing_matches_makes_the_element(account, strict, provider, verb):
    scim = account.scim(provider)
    parts = [op(verb, f'addresses[type eq "other"].{part}', part) for part in ("locality", "region")]

    answer = scim.patch(made(scim), *parts).json

    assert answer["addresses"] == [{"type": "other", "locality": "locality", "region": "region"}]
    assert_error(strict.patch(made(strict), parts[0]), 400, "noTarget", "operation 1: no element of addresses")


def test_X_04_only_equalities_joined_by_and_make_an_element(theirs):
    path, other = made(theirs), op("add", 'roles[type eq "a" or type eq "b"].value', "x")

    both = theirs.patch(path, op("add", 'roles[type eq "a" and display eq "b"].value', "x"))

    assert both.json["roles"] == [{"type": "a", "display": "b", "value": "x"}]
    assert_error(theirs.patch(made(theirs), other), 400, "noTarget")


def test_X_05_the_own_id_inside_a_value_is_ignored_and_another_one_refused(account, strict):
    scim = account.scim("okta")
    one, other = (create(scim, group(name), "/Groups") for name in ("One", "Other"))
    path = f"/Groups/{one['id']}"

    renamed = scim.patch(path, op("replace", None, {"id": one["id"], "displayName": "New"}))
    astray = scim.patch(path, op("replace", None, {"id": other["id"], "displayName": "Wrong"}))

    assert renamed.json["displayName"] == "New"
    assert_error(astray, 400, "mutability", "operation 1: id is readOnly")
    assert_error(scim.patch(path, op("replace", "id", one["id"])), 400, "mutability")
    assert scim.get(path).json["displayName"] == "New"
    assert_error(strict.patch(made(strict), op("replace", None, {"id": "another"})), 400, "mutability")


@pytest.mark.parametrize("provider", (*LENIENT, "strict"))
def test_X_06_what_is_read_only_comes_back_and_changes_nothing(account, provider):
    scim = account.scim(provider)
    one = create(scim, person())
    echo = {"id": "another", "meta": {"resourceType": "Group", "version": "W/9"}, "groups": [{"value": "nowhere"}]}

    after = scim.put(f"/Users/{one['id']}", one | echo | {"title": "Chef"}).json

    assert (after["id"], after["title"], after.get("groups")) == (one["id"], "Chef", None)
    assert after["meta"]["created"] == one["meta"]["created"]


@pytest.mark.parametrize("provider", (*LENIENT, "strict"))
def test_X_07_a_placeholder_password_is_dropped(account, provider):
    scim = account.scim(provider)
    answer = scim.post("/Users", person(password="x7f2k9qa"))
    row = seen_by_scim(account.scope, answer.json["id"])

    assert (answer.status_code, row.password_hash) == (201, None)
    assert "x7f2k9qa" not in answer.text
    assert "password" not in scim.patch(f"/Users/{row.scim_id}", replace={"password": "y8g3l0rb"}).text


@pytest.mark.parametrize("provider", LENIENT)
def test_X_08_a_group_put_without_members_keeps_them(account, strict, make_user, provider):
    scim, someone = account.scim(provider), make_user().scim_id
    for client, kept in ((scim, [someone]), (strict, [])):
        one = create(client, group(client.provider, someone), "/Groups")

        client.put(f"/Groups/{one['id']}", {"schemas": one["schemas"], "displayName": f"New for {client.provider}"})

        assert members(client, f"/Groups/{one['id']}") == kept


def test_X_09_remove_of_listed_members_removes_those_and_no_others(account, strict, make_user):
    ids = [make_user().scim_id for _ in range(3)]
    listed, whole = op("Remove", "members", [{"$ref": None, "value": ids[1]}]), op("remove", "members")
    scim = account.scim("entra")
    path = f"/Groups/{create(scim, group('Entra', *ids), '/Groups')['id']}"

    assert scim.patch(path, listed).status_code == 200
    assert scim.patch(path, listed).status_code == 200  # once more does no harm
    assert members(scim, path) == [ids[0], ids[2]]
    assert scim.patch(path, whole).json["members"] == []
    # The standard gives the value of a remove no meaning: its path names the members, all of them.
    path = f"/Groups/{create(strict, group('Strict', *ids), '/Groups')['id']}"
    assert strict.patch(path, listed | {"op": "remove"}).json["members"] == []


@pytest.mark.parametrize("provider", LENIENT)
def test_X_10_keys_of_a_value_may_be_paths(account, strict, provider):
    scim = account.scim(provider)
    keys = {"name.givenName": "Anna", f"{ENTERPRISE}:department": "Bar"}

    after = scim.patch(made(scim), replace=keys).json

    assert after["name"] == {"givenName": "Anna", "familyName": "Doe"}
    assert after[ENTERPRISE] == {"department": "Bar"}
    for key, value in keys.items():
        assert_error(strict.patch(made(strict), replace={key: value}), 400, "invalidPath", "attributes and extensions")
    nested = {"name": {"givenName": "Anna"}, ENTERPRISE: {"department": "Bar"}}
    assert strict.patch(made(strict), replace=nested).json[ENTERPRISE] == {"department": "Bar"}


@pytest.mark.parametrize("provider", LENIENT)
def test_X_11_a_manager_in_every_shape(account, strict, provider):
    scim = account.scim(provider)
    boss, path = create(scim, person())["id"], made(scim)
    shapes = [boss, {"value": boss}, [{"value": boss, "$ref": f"Users/{boss}"}]]

    for place in (f"{ENTERPRISE}:manager", "manager"):
        for shape in shapes:
            assert scim.patch(path, op("replace", place, shape)).json[ENTERPRISE]["manager"]["value"] == boss
            for nobody in ("", {"value": ""}, None):
                after = scim.patch(path, op("add", place, boss), op("replace", place, nobody))
                assert ENTERPRISE not in after.json, nobody
    home = op("replace", 'emails[type eq "work"]', [{"value": "one@x.example", "type": "work"}])
    assert scim.patch(path, home).json["emails"] == [{"value": "one@x.example", "type": "work"}]
    assert_error(strict.patch(made(strict), home), 400, "invalidValue", "one value is expected")
    for shape in (boss, [{"value": boss}]):
        assert_error(strict.patch(made(strict), op("replace", f"{ENTERPRISE}:manager", shape)), 400, "invalidValue")


def test_X_11_plain_values_in_objects_in_a_list(theirs, strict, account, make_field):
    make_field("skills", "text", multi_valued=True)
    path, skills = made(theirs, title="Chef"), f"{extension(account)}:skills"

    def wrapped(*values):
        return [{"$ref": None, "value": value} for value in values]

    after = theirs.patch(
        path, op("Replace", "active", wrapped("False")), op("Replace", "name.givenName", wrapped("Anna")),
        op("Add", 'emails[type eq "home"].value', wrapped("home@x.example")), op("Replace", "title", wrapped("")),
        op("Add", skills, wrapped("knives", "fire")), op("Remove", skills, wrapped("fire")),
    ).json  # fmt: skip

    assert (after["active"], after["name"]["givenName"], after.get("title")) == (False, "Anna", None)
    assert after["emails"][-1] == {"type": "home", "value": "home@x.example"}
    assert after[extension(account)] == {"skills": ["knives"]}
    body = person(nickName=wrapped("Jo"), **{extension(account): {"skills": wrapped("ice")}})
    assert create(theirs, body)[extension(account)] == {"skills": ["ice"]}
    for operation in (op("replace", "active", wrapped(False)), op("replace", "name.givenName", wrapped("Anna")),
                      op("add", skills, wrapped("fire"))):  # fmt: skip
        assert_error(strict.patch(made(strict), operation), 400, "invalidValue", "is expected, not")


def test_X_12_members_as_one_object_or_as_ids(theirs, strict, make_user):
    ids = [make_user().scim_id for _ in range(2)]
    path = f"/Groups/{create(theirs, group('G'), '/Groups')['id']}"

    for value in ({"value": ids[0]}, ids[0], [ids[0]]):
        assert theirs.patch(path, op("replace", "members", value)).json["members"][0]["value"] == ids[0]
    assert [member["value"] for member in create(theirs, group("H") | {"members": ids}, "/Groups")["members"]] == ids
    path = f"/Groups/{create(strict, group('S'), '/Groups')['id']}"
    for value in (ids[0], [ids[0]]):
        assert_error(strict.patch(path, op("add", "members", value)), 400, "invalidValue", "an object is expected")

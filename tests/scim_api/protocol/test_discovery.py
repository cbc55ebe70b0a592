"""What the server says of itself, and that it is so."""

import pytest

from scimapp.directory.fields import custom_fields, field_edits
from scimapp.directory.fields.field_edits import FieldChanges
from tests.scim_api.bodies import ENTERPRISE, GROUP, LIST, assert_error, create, extension, person
from tests.support.databases import on_both


def schema(scim, urn):
    return scim.get(f"/Schemas/{urn}").json


def test_the_configuration_is_what_the_code_does(scim):
    shown = scim.get("/ServiceProviderConfig").json

    assert shown["patch"]["supported"] is True
    assert shown["filter"] == {"supported": True, "maxResults": 500}
    assert shown["sort"]["supported"] is shown["etag"]["supported"] is True
    assert shown["changePassword"]["supported"] is False
    assert shown["bulk"]["supported"] is True
    assert_error(scim.get("/Me"), 501)


def test_resource_types_and_schemas_name_each_other(scim, account):
    types = scim.get("/ResourceTypes").json
    schemas = {item["id"] for item in scim.get("/Schemas").json["Resources"]}

    assert types["schemas"] == [LIST]
    assert [item["name"] for item in types["Resources"]] == ["User", "Group"]
    for item in types["Resources"]:
        assert item["schema"] in schemas
        assert {each["schema"] for each in item["schemaExtensions"]} <= schemas
        assert scim.get(f"/ResourceTypes/{item['name']}").json == item
        assert scim.get(item["endpoint"]).status_code == 200
    assert {ENTERPRISE, extension(account)} == {e["schema"] for e in types["Resources"][0]["schemaExtensions"]}
    assert not any("api:messages" in urn for urn in schemas)


def test_a_schema_is_found_by_its_urn_in_any_letter_case(scim, account):
    """Letter case makes no difference in URNs of schemas (RFC 7643 §2.1), as in paths of attributes."""
    for urn in (GROUP, ENTERPRISE, extension(account)):
        assert scim.get(f"/Schemas/{urn.upper()}").json == schema(scim, urn)
        assert schema(scim, urn)["id"] == urn


def test_unknown_names_are_404_and_other_methods_405(scim):
    assert_error(scim.get("/ResourceTypes/Robot"), 404)
    assert_error(scim.get("/Schemas/urn:nobody"), 404)
    for path in ("/ResourceTypes", "/Schemas", "/ServiceProviderConfig", f"/Schemas/{GROUP}", "/ResourceTypes/User"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = scim.open(method, path, {})
            assert_error(answer, 405)
            assert "GET" in answer.headers["Allow"]


def test_paging_is_ignored_and_a_filter_refused(scim):
    for path in ("/ResourceTypes", "/Schemas"):
        assert scim.get(path, startIndex=2, count=0).json == scim.get(path).json
        assert_error(scim.get(path, filter='name eq "User"'), 403)
        assert_error(scim.get(path, Filter='name eq "User"'), 403)


def test_custom_fields_are_attributes_from_the_moment_they_are_made(scim, account, make_field):
    urn = extension(account)
    assert schema(scim, urn)["attributes"] == []
    make_field("EmpCode", label="Employee code")
    make_field("Size", "dropdown", choices=["S", "M"])
    make_field("Skills", "multiselect", choices=["a", "b"])
    make_field("Level", "integer")
    make_field("Rate", "number")
    make_field("Remote", "boolean")
    make_field("Since", "datetime")

    shown = {item["name"]: item for item in schema(scim, urn)["attributes"]}

    assert shown["EmpCode"]["description"] == "Employee code"
    assert shown["EmpCode"] | {"description": ""} == {
        "name": "EmpCode", "type": "string", "multiValued": False, "description": "", "required": False,
        "caseExact": False, "mutability": "readWrite", "returned": "default", "uniqueness": "none",
    }  # fmt: skip
    assert shown["Size"]["canonicalValues"] == ["S", "M"]
    assert shown["Skills"]["multiValued"] is True
    assert [shown[name]["type"] for name in ("Level", "Rate", "Remote", "Since")] == [
        "integer", "decimal", "boolean", "dateTime",
    ]  # fmt: skip


@on_both
def test_an_archived_field_leaves_schema_and_answers_and_its_values_stay(scim, account, make_field):
    make_field("EmpCode")
    make_field("Other")
    urn = extension(account)
    made = create(scim, person() | {urn: {"EmpCode": "E1", "Other": "x"}})
    path = f"/Users/{made['id']}"

    custom_fields.archive(account.scope, "EmpCode")

    assert [item["name"] for item in schema(scim, urn)["attributes"]] == ["Other"]
    assert scim.get(path).json[urn] == {"Other": "x"}
    assert_error(scim.get("/Users", filter=f'{urn}:EmpCode eq "E1"'), 400, "invalidFilter")
    assert scim.put(path, made | {urn: {"EmpCode": "E2", "Other": "y"}}).json[urn] == {"Other": "y"}
    custom_fields.restore(account.scope, "EmpCode")
    assert scim.get(path).json[urn] == {"EmpCode": "E1", "Other": "y"}


@on_both
def test_a_relabelled_field_is_described_anew(scim, account, make_field):
    make_field("EmpCode", label="Old")
    field_edits.edit(account.scope, "EmpCode", FieldChanges(label="New"))

    assert schema(scim, extension(account))["attributes"][0]["description"] == "New"


@pytest.mark.parametrize(
    "type_name, sent, shown",
    [
        ("integer", 0, 0), ("integer", "42", 42), ("integer", 4.0, 4), ("integer", 4.5, None), ("integer", "x", None),
        ("number", 4.25, 4.25), ("number", "4.2", 4.2), ("number", 0, 0), ("number", True, None),
        ("boolean", False, False), ("boolean", "True", True), ("boolean", "maybe", None),
        ("text", "Ü", "Ü"), ("text", 5, "5"), ("text", {"a": 1}, None),
        ("date", "2026-11-23", "2026-11-23"), ("date", "2026-11-23T09:30:00Z", "2026-11-23"), ("date", "soon", None),
        ("datetime", "2026-11-23T10:30:00+01:00", "2026-11-23T09:30:00Z"), ("datetime", "x", None),
        ("dropdown", "s", "S"), ("dropdown", "XXL", None), ("multiselect", ["M", "S", "M"], ["M", "S"]),
        ("multiselect", "M", ["M"]),
        ("email", "a@corp.local", "a@corp.local"), ("email", "nobody", None), ("url", "https://x.example", "https://x.example"),
    ],
)  # fmt: skip
def test_values_of_own_attributes_keep_their_json_types(scim, account, make_field, type_name, sent, shown):
    choices = ["S", "M"] if type_name in ("dropdown", "multiselect") else ()
    make_field("F", type_name, choices=choices)
    urn = extension(account)

    answer = scim.post("/Users", person() | {urn: {"F": sent}})

    if shown is None:
        assert_error(answer, 400, "invalidValue", "F")
    else:
        assert answer.json[urn]["F"] == shown
        assert type(answer.json[urn]["F"]) is type(shown)


def test_two_accounts_with_the_same_field_id_do_not_meet(scim, account, make_field, make_account):
    make_field("EmpCode")
    other = make_account("Globex")
    other.make_field("EmpCode", "integer")

    foreign = create(other.scim(), person() | {extension(account): {"EmpCode": "E1"}, extension(other): {"EmpCode": 5}})

    assert foreign[extension(other)] == {"EmpCode": 5}
    assert extension(account) not in foreign


def test_schemas_are_not_sent_again_to_who_has_them_until_a_field_changes(scim, make_field):
    make_field("EmpCode", label="Employee code")
    first = scim.get("/Schemas")
    known = {"If-None-Match": first.headers["ETag"]}
    again = scim.get("/Schemas", headers=known)
    make_field("Size", label="Size")
    changed = scim.get("/Schemas", headers=known)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert "Size" in changed.text

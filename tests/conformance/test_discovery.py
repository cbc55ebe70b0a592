"""Discovery (R-060 … R-069)."""

import pytest

from scimapp.directory.errors import FieldIdInvalid
from scimapp.directory.fields import custom_fields
from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, LIST, assert_error, create, extension, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PLACES = ("/ServiceProviderConfig", "/Schemas", f"/Schemas/{CORE}", "/ResourceTypes", "/ResourceTypes/User")


@sqlite_only
def test_R_060_the_server_describes_itself(scim):
    """Configuration, schemas and resource types can be read whole and one by one; what is not there is 404."""
    for path in PLACES:
        assert scim.get(path).status_code == 200
    for path in ("/Schemas", "/ResourceTypes"):
        listed = scim.get(path).json
        assert listed["schemas"] == [LIST]
        assert listed["totalResults"] == len(listed["Resources"]) > 1
        for item in listed["Resources"]:
            assert scim.get(f"{path}/{item['id']}").json == item
    for path in ("/Schemas/urn:nobody", "/ResourceTypes/Robot"):
        assert_error(scim.get(path), 404)


@sqlite_only
def test_R_061_the_configuration_is_what_the_server_does(scim):
    """The configuration names each capability and its limits, and the limits are those that are kept."""
    shown = scim.get("/ServiceProviderConfig").json

    for name in ("patch", "bulk", "filter", "sort", "etag"):
        assert shown[name]["supported"] is True
    assert shown["changePassword"] == {"supported": False}
    for scheme in shown["authenticationSchemes"]:
        assert scheme["type"] == "oauthbearertoken"
        assert scheme["name"]
        assert scheme["description"]
    assert scim.post("/Users", b" " * (shown["bulk"]["maxPayloadSize"] + 1)).status_code == 413
    too_many = [{"method": "DELETE", "path": "/Users/x"}] * (shown["bulk"]["maxOperations"] + 1)
    bulk = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": too_many}
    assert_error(scim.post("/Bulk", bulk), 413, says="maxOperations")
    assert scim.get("/Users", count=10_000).status_code == 200
    assert shown["filter"]["maxResults"] == shown["pagination"]["maxPageSize"]


@sqlite_only
def test_R_062_the_configuration_needs_no_token(scim):
    """How to authenticate can be read before there is a token; nothing else can."""
    stranger = scim.with_token(None)

    assert stranger.get("/ServiceProviderConfig").json == scim.get("/ServiceProviderConfig").json
    for path in ("/Schemas", "/ResourceTypes", "/Users"):
        assert_error(stranger.get(path), 401)


@sqlite_only
def test_R_063_discovery_ignores_paging_and_refuses_filters(scim):
    """Paging and sorting are ignored in these lists; a filter is 403."""
    for path in ("/Schemas", "/ResourceTypes", "/ServiceProviderConfig"):
        assert scim.get(path, startIndex=2, count=1, sortBy="name", sortOrder="descending").json == scim.get(path).json
        for name in ("filter", "Filter"):
            assert_error(scim.get(path, **{name: 'name eq "User"'}), 403)


@sqlite_only
def test_R_064_discovery_is_for_reading(scim):
    """Other methods than GET are 405."""
    for path in PLACES:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert_error(scim.open(method, path, {}), 405)


@sqlite_only
def test_R_065_resource_types_lead_to_their_schemas(scim, account):
    """A resource type has a name, an endpoint that works, a schema and extensions, all of them listed in /Schemas."""
    known = {item["id"] for item in scim.get("/Schemas").json["Resources"]}
    types = {item["name"]: item for item in scim.get("/ResourceTypes").json["Resources"]}

    assert {name: item["schema"] for name, item in types.items()} == {"User": CORE, "Group": GROUP}
    for item in types.values():
        assert scim.get(item["endpoint"]).status_code == 200
        assert item["schema"] in known
        assert item["meta"]["location"] == f"{scim.base_url}/ResourceTypes/{item['id']}"
    assert types["User"]["schemaExtensions"] == [
        {"schema": ENTERPRISE, "required": False}, {"schema": extension(account), "required": False},
    ]  # fmt: skip
    assert {each["schema"] for each in types["User"]["schemaExtensions"]} <= known


@sqlite_only
def test_R_066_schemas_state_every_characteristic(scim):
    """Every attribute states all its characteristics; complex ones list their parts; common attributes are not repeated."""
    stated = {"name", "type", "multiValued", "description", "required", "mutability", "returned"}

    def check(attribute):
        assert stated <= attribute.keys()
        if attribute["type"] == "complex":
            assert attribute["subAttributes"]
        else:
            assert {"caseExact", "uniqueness"} <= attribute.keys()
        if attribute["type"] == "reference":
            assert attribute["referenceTypes"]
        for sub in attribute.get("subAttributes", ()):
            check(sub)

    for schema in scim.get("/Schemas").json["Resources"]:
        assert {"schemas", "id", "name", "attributes", "meta"} <= schema.keys()
        for attribute in schema["attributes"]:
            check(attribute)
    for urn in (CORE, GROUP, ENTERPRISE):
        names = {item["name"] for item in scim.get(f"/Schemas/{urn}").json["attributes"]}
        assert not names & {"id", "externalId", "meta", "schemas"}


@sqlite_only
def test_R_067_messages_are_no_schemas(scim):
    """The URNs of requests and answers are not listed among the schemas."""
    assert not [item["id"] for item in scim.get("/Schemas").json["Resources"] if "api:messages" in item["id"]]


def test_R_068_the_own_extension_follows_the_custom_fields(scim, account, make_field):
    """The account's own schema is made from its custom fields as they are now, label, choices and all."""
    make_field("Size", "dropdown", label="T-shirt size", choices=["S", "M"])
    path = f"/Schemas/{extension(account)}"
    shown = scim.get(path).json["attributes"]

    assert [(item["name"], item["description"], item["canonicalValues"]) for item in shown] == [
        ("Size", "T-shirt size", ["S", "M"])
    ]
    custom_fields.archive(account.scope, "Size")
    assert scim.get(path).json["attributes"] == []


@sqlite_only
def test_R_069_extensions_redefine_nothing(scim, account, make_field):
    """A custom field has one of the standard's types and no name of a standard attribute."""
    for name in ("userName", "id", "emails", "schemas"):
        with pytest.raises(FieldIdInvalid):
            make_field(name)
    make_field("Level", "integer")
    types = {"string", "boolean", "decimal", "integer", "dateTime", "binary", "reference"}
    assert {item["type"] for item in scim.get(f"/Schemas/{extension(account)}").json["attributes"]} <= types
    assert create(scim, person())["schemas"] == [CORE]  # the extension is not required, so neither is anything in it

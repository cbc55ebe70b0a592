"""Names and values of attributes (R-026 … R-032)."""

import pytest

from tests.conformance.elsewhere import at
from tests.scim_api.bodies import ENTERPRISE, assert_error, create, extension, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_R_026_names_ignore_letter_case(scim):
    """Attribute names compare without letter case, in bodies, paths, filters and projections."""
    body = person()
    body["USERNAME"] = body.pop("userName")
    body["Name"] = {"GIVENNAME": "Ann", "familyName": body.pop("name")["familyName"]}
    made = create(scim, body | {"DisplayNAME": "Annie", ENTERPRISE.upper(): {"DEPARTMENT": "Bar"}})
    path = f"/Users/{made['id']}"

    assert made["displayName"] == "Annie"
    assert made[ENTERPRISE] == {"department": "Bar"}
    assert scim.get("/Users", filter=f'USERNAME eq "{made["userName"]}"').json["totalResults"] == 1
    assert scim.get(path, attributes="DISPLAYname,NAME.givenname").json["displayName"] == "Annie"
    assert scim.patch(path, {"op": "replace", "path": "TITLE", "value": "Chef"}).json["title"] == "Chef"


def test_R_027_absent_null_and_empty_are_one_state(scim):
    """null and an empty list mean no value: they clear what is there and are not shown."""
    body = person(title=None, phoneNumbers=[], nickName="N", ims=[{"value": "x"}])
    made = create(scim, body)
    path = f"/Users/{made['id']}"
    assert not {"title", "phoneNumbers"} & made.keys()

    assert not {"nickName", "ims"} & scim.put(path, made | {"nickName": None, "ims": []}).json.keys()
    scim.patch(path, replace={"nickName": "M", "ims": [{"value": "y"}]})
    cleared = scim.patch(
        path, {"op": "replace", "path": "nickName", "value": None}, {"op": "replace", "path": "ims", "value": []}
    )
    assert not {"nickName", "ims"} & cleared.json.keys()
    assert scim.get("/Users", filter=f'id eq "{made["id"]}" and nickName eq null').json["totalResults"] == 1


@sqlite_only
def test_R_028_values_are_of_their_type(scim, account, make_field):
    """An integer has no fraction, a dateTime has a date and a time, binary is base64; anything else is invalidValue."""
    for name, kind in (("Count", "integer"), ("Rate", "number"), ("Since", "datetime"), ("On", "boolean")):
        make_field(name, kind)
    own, strict = extension(account), scim.for_provider("strict")
    for name, right, wrong in (
        ("Count", 4, (4.5, 4.0, "four", "4", True)), ("Rate", 4.25, ("x", True)),
        ("Since", "2026-11-23T09:30:00Z", ("2026-11-23", "2026-11-23T09:30:00", "09:30:00", "soon", 5)), ("On", False, ("maybe", 0)),
    ):  # fmt: skip
        assert create(strict, person() | {own: {name: right}})[own] == {name: right}
        for value in wrong:
            assert_error(strict.post("/Users", person() | {own: {name: value}}), 400, "invalidValue", name)
    assert create(scim, person() | {own: {"Count": 4.0}})[own] == {"Count": 4}
    for value in ("not base64 !", 5):
        assert_error(
            scim.post("/Users", person(x509Certificates=[{"value": value}])), 400, "invalidValue", "x509Certificates"
        )


def test_R_029_references_lead_somewhere(scim):
    """References are URIs; GET on those that point here gives the resource they name."""
    boss = create(scim, person("Bo", "Boss"))
    made = create(scim, person() | {ENTERPRISE: {"manager": {"value": boss["id"]}}})
    inner = create(scim, group("Inner", made["id"]), "/Groups")
    outer = create(scim, group("Outer", inner["id"]), "/Groups")

    def follow(reference):
        return at(scim, "/scim/" + reference.partition("/scim/")[2])

    shown = scim.get(f"/Users/{made['id']}").json
    for item in [*shown["groups"], *inner["members"], *outer["members"], shown[ENTERPRISE]["manager"]]:
        assert item["$ref"].startswith(scim.base_url)
        assert follow(item["$ref"]).json["id"] == item["value"]


@sqlite_only
def test_R_030_complex_attributes_are_not_nested(scim):
    """No complex attribute holds another one, and the order of the members of an object means nothing."""
    for schema in scim.get("/Schemas").json["Resources"]:
        if schema["id"].endswith(":2.0:Schema"):
            continue  # the schema of schemas is the standard's own exception
        for attribute in schema["attributes"]:
            assert not any(sub["type"] == "complex" for sub in attribute.get("subAttributes", ()))
    body = person(name={"givenName": "Ann", "familyName": "Lee"})
    made = create(scim, dict(reversed(body.items())))
    path = f"/Users/{made['id']}"
    turned = made | {"name": dict(reversed(made["name"].items()))}
    assert scim.put(path, turned).headers["ETag"] == made["meta"]["version"]


def test_R_031_one_value_is_primary_at_most(scim, strict):
    """primary is true once at most and false where it is missing; the strict preset refuses two, the others keep the last."""
    two = [{"value": f"a{n}@two.example", "primary": True, "type": kind} for n, kind in enumerate(("work", "home"))]

    assert_error(strict.post("/Users", person(emails=two)), 400, "invalidValue", "emails")
    made = create(scim, person(emails=two))
    assert [item.get("primary", False) for item in made["emails"]] == [False, True]
    for text, finds in (
        ("emails.primary eq false", True), ('emails[primary eq false and type eq "work"]', True),
        ('emails[primary eq false and type eq "home"]', False), ("emails.primary ne false", False),
        ('emails[primary ne false].type eq "home"', True), ("phoneNumbers.primary eq false", False),
    ):  # fmt: skip
        found = scim.get("/Users", filter=f'id eq "{made["id"]}" and {text}').json["totalResults"]
        assert found == finds, text
    path = f"/Users/{made['id']}"
    assert_error(strict.put(path, made | {"emails": two}), 400, "invalidValue", "emails")
    assert_error(strict.patch(path, {"op": "add", "path": "emails", "value": two}), 400, "invalidValue", "operation 1")
    assert scim.get(path).json == made


def test_R_032_values_are_canonical_and_not_doubled(scim):
    """Type words are spelled as in the schema, the domain of an address in lower case, and no (type, value) comes twice."""
    made = create(
        scim,
        person(
            emails=[
                {"value": "Jane.Doe@Work.EXAMPLE", "type": "Work", "primary": True},
                {"value": "Jane.Doe@work.example", "type": "work", "display": "Again"},
                {"value": "Jane.Doe@work.example", "type": "home"},
            ],
            phoneNumbers=[{"value": "1", "type": "MOBILE"}, {"value": "1", "type": "mobile"}],
        ),
    )

    assert made["emails"] == [
        {"value": "Jane.Doe@work.example", "type": "work", "primary": True, "display": "Again"},
        {"value": "Jane.Doe@work.example", "type": "home"},
    ]
    assert made["phoneNumbers"] == [{"value": "1", "type": "mobile"}]
    path = f"/Users/{made['id']}"
    again = {"op": "add", "path": "phoneNumbers", "value": [{"value": "1", "type": "Mobile"}]}
    assert scim.patch(path, again).headers["ETag"] == made["meta"]["version"]

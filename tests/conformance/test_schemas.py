"""User, Enterprise User and Group (R-040 … R-050)."""

from scimapp.database import db
from tests.conformance.full_bodies import full_person, without_server_values
from tests.scim_api.bodies import ENTERPRISE, assert_error, create, group, person


def test_R_040_a_user_name_is_needed_and_unique(scim):
    """userName is required, not empty, and unique without letter case."""
    body = person()
    for missing in ({}, {"userName": ""}, {"userName": None}, {"userName": "  "}):
        sent = {name: value for name, value in body.items() if name != "userName"} | missing
        assert_error(scim.post("/Users", sent), 400, "invalidValue", "userName")
    made = create(scim, body)
    assert_error(scim.post("/Users", person(userName=made["userName"].title())), 409, "uniqueness")


def test_R_041_a_display_name_is_made_from_the_name(scim):
    """displayName is the label: what was sent, else made from the name, and then following it."""
    assert create(scim, person("Ada", "Lovelace", displayName="Countess"))["displayName"] == "Countess"
    made = create(scim, person("Ada", "Lovelace"))
    assert made["displayName"] == "Ada Lovelace"
    renamed = scim.patch(f"/Users/{made['id']}", {"op": "replace", "path": "name.familyName", "value": "King"})
    assert renamed.json["displayName"] == "Ada King"


def test_R_042_the_whole_name_follows_its_parts(scim):
    """name.formatted describes the same name as the parts: a changed part changes it, unless it is sent as well."""
    name = {"givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron"}
    made = create(scim, person(name=name))
    path = f"/Users/{made['id']}"

    part = {"op": "replace", "path": "name.familyName", "value": "Lovelace"}
    assert scim.patch(path, part).json["name"]["formatted"] == "Ada Lovelace"
    echoed = scim.put(path, made | {"name": name | {"familyName": "King"}})
    assert "King" in echoed.json["name"]["formatted"] or echoed.json["name"]["formatted"] == "Ada Byron"
    both = {"op": "replace", "path": "name", "value": {"familyName": "Noel", "formatted": "Countess Noel"}}
    assert scim.patch(path, both).json["name"]["formatted"] == "Countess Noel"


def test_R_043_a_password_is_dropped(scim, caplog):
    """password is taken and dropped: never returned, never stored, never logged, never searched."""
    caplog.set_level("DEBUG")
    secret = "Zx9-only-here"
    made = create(scim, person(password=secret))
    path = f"/Users/{made['id']}"
    scim.put(path, person(userName=made["userName"], password=secret))
    scim.patch(
        path, {"op": "replace", "path": "password", "value": secret}, {"op": "add", "value": {"password": secret}}
    )

    assert secret not in scim.get(path, attributes="password").text
    assert secret not in caplog.text
    assert_error(scim.get("/Users", filter='password sw "Z"'), 403, "sensitive")
    for table in db.metadata.sorted_tables:
        assert not any(secret in str(row) for row in db.session.execute(table.select())), table.name


def test_R_044_groups_of_a_person_are_read_only(scim):
    """groups tells id, address, name and whether it is direct; membership changes at the group alone."""
    made = create(scim, person())
    inner = create(scim, group("Inner", made["id"]), "/Groups")
    outer = create(scim, group("Outer", inner["id"]), "/Groups")
    path = f"/Users/{made['id']}"

    shown = {item["value"]: item for item in scim.get(path).json["groups"]}
    for team, how in ((inner, "direct"), (outer, "indirect")):
        location = team["meta"]["location"]
        assert shown[team["id"]] == {
            "value": team["id"], "$ref": location, "display": team["displayName"], "type": how,
        }  # fmt: skip
    scim.put(path, made | {"groups": []})
    assert_error(scim.patch(path, {"op": "remove", "path": "groups"}), 400, "mutability")
    assert len(scim.get(path).json["groups"]) == 2
    scim.patch(f"/Groups/{inner['id']}", {"op": "remove", "path": f'members[value eq "{made["id"]}"]'})
    assert "groups" not in scim.get(path).json


def test_R_045_addresses_and_numbers_are_canonical(scim):
    """E-mail domains and tel: numbers are brought to one spelling, handles of instant messaging to lower case."""
    made = create(
        scim,
        person(
            emails=[{"value": "Jane@CORP.Example", "type": "work"}],
            phoneNumbers=[
                {"value": "TEL:+1-201-555-0123", "type": "work"},
                {"value": "tel:+1(201)555.0123;EXT=5", "type": "fax"},
                {"value": "+1 (201) 555-0123", "type": "home"},
            ],
            ims=[{"value": "SomeHandle", "type": "AIM"}],
        ),
    )

    assert made["emails"][0]["value"] == "Jane@corp.example"
    assert [item["value"] for item in made["phoneNumbers"]] == [
        "tel:+1-201-555-0123", "tel:+1(201)555.0123;ext=5", "+1 (201) 555-0123",
    ]  # fmt: skip
    assert made["ims"] == [{"value": "somehandle", "type": "aim"}]


def test_R_046_countries_pictures_and_certificates_have_their_form(scim, strict):
    """Countries are ISO 3166-1 alpha-2, pictures URIs, certificates one DER each: the strict preset refuses others."""
    full = full_person()
    assert create(strict, full)["addresses"] == full["addresses"]
    for name, value in (
        ("addresses", [{"country": "USA"}]), ("addresses", [{"country": "XX"}]), ("addresses", [{"country": "Germany"}]),
        ("photos", [{"value": "not a uri"}]), ("profileUrl", "two words"),
        ("x509Certificates", [{"value": "aGVsbG8="}]), ("x509Certificates", [{"value": "MAA=MAA="}]),
    ):  # fmt: skip
        assert_error(strict.post("/Users", person(**{name: value})), 400, "invalidValue", name)
    assert create(scim, person(addresses=[{"country": "us"}]))["addresses"] == [{"country": "US"}]
    assert create(scim, person(addresses=[{"country": "United States"}]))["addresses"][0]["country"] == "United States"
    assert_error(scim.post("/Users", person(x509Certificates=[{"value": "!"}])), 400, "invalidValue")


def test_R_047_every_core_attribute_comes_back(scim, strict):
    """A person with every attribute of the core schema comes back as sent, for every preset, and a PUT of it changes nothing."""
    for client, extra in (
        (scim, {}),
        (strict, {"userName": "b2@full.example", "emails": [{"value": "b2@full.example"}]}),
    ):
        body = full_person() | extra
        made = create(client, body)
        path = f"/Users/{made['id']}"
        assert without_server_values(made) == body
        assert client.get(path).json == made
        assert client.put(path, made).json == made
        assert (
            client.get("/Users", filter='x509Certificates pr and addresses[country eq "us"]').json["totalResults"] >= 1
        )


def test_R_048_every_enterprise_attribute_comes_back(scim):
    """Every enterprise attribute comes back; the manager has id, address and a name that the server tells."""
    boss = create(scim, person("Bo", "Boss"))
    manager = {"value": boss["id"], "$ref": boss["meta"]["location"]}
    made = create(scim, full_person(manager | {"displayName": "A lie"}))

    shown = made[ENTERPRISE]
    assert {name: value for name, value in shown.items() if name != "manager"} == full_person()[ENTERPRISE]
    assert shown["manager"] == manager | {"displayName": "Bo Boss"}
    short = create(scim, person() | {ENTERPRISE: {"manager": {"value": boss["id"]}}})
    assert short[ENTERPRISE]["manager"] == shown["manager"]
    found = scim.get("/Users", filter=f'{ENTERPRISE}:manager.value eq "{boss["id"]}"').json["totalResults"]
    assert found == 2


def test_R_049_a_group_needs_a_name(scim):
    """displayName of a group is required."""
    for missing in ({}, {"displayName": ""}, {"displayName": None}):
        body = {"schemas": group("x")["schemas"]} | missing
        assert_error(scim.post("/Groups", body), 400, "invalidValue", "displayName")
    team = create(scim, group("Team"), "/Groups")
    assert_error(scim.patch(f"/Groups/{team['id']}", {"op": "remove", "path": "displayName"}), 400, "mutability")


def test_R_050_members_are_added_and_removed_but_not_changed(scim):
    """A member has id, address, kind and name; whole members come and go, their parts cannot be changed."""
    ann, bob = create(scim, person("Ann", "Lee")), create(scim, person("Bob", "Lee"))
    inner = create(scim, group("Inner"), "/Groups")
    team = create(scim, group("Team", ann["id"], inner["id"]), "/Groups")
    path = f"/Groups/{team['id']}"

    assert {item["value"]: item for item in team["members"]} == {
        item["id"]: {
            "value": item["id"], "$ref": item["meta"]["location"], "type": item["meta"]["resourceType"],
            "display": item["displayName"],
        }
        for item in (ann, inner)
    }  # fmt: skip
    for target in (f'members[value eq "{ann["id"]}"].value', 'members[type eq "User"].type', "members.value"):
        assert_error(scim.patch(path, {"op": "replace", "path": target, "value": bob["id"]}), 400, "mutability")
    assert scim.get(path).json == team
    scim.patch(path, {"op": "add", "path": "members", "value": [{"value": bob["id"]}]})
    scim.patch(path, {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    assert {item["value"] for item in scim.get(path).json["members"]} == {inner["id"], bob["id"]}

"""Resources and common attributes (R-020 … R-039)."""

import pytest

from tests.conformance.elsewhere import at
from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, assert_error, create, extension, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_R_020_schemas_name_what_is_there(scim, account, make_field):
    """schemas is never empty, names nothing twice, holds the base schema and only URIs that the resource type declares."""
    make_field("EmpCode")
    own = extension(account)
    plain = create(scim, person())
    rich = create(scim, person() | {ENTERPRISE: {"department": "Bar"}, own: {"EmpCode": "E1"}})
    team = create(scim, group("Team", plain["id"]), "/Groups")

    assert plain["schemas"] == [CORE]
    assert sorted(rich["schemas"]) == sorted([CORE, ENTERPRISE, own])
    assert team["schemas"] == [GROUP]
    declared = {CORE, GROUP, ENTERPRISE, own}
    for resource in scim.get("").json["Resources"]:
        listed = resource["schemas"]
        assert listed
        assert len(listed) == len(set(listed))
        assert set(listed) <= declared
        assert {CORE, GROUP} & set(listed)


def test_R_021_extension_values_stand_under_their_urn(scim, account, make_field):
    """Values of an extension sit in an object under its full URN, which is in schemas exactly when there are any."""
    make_field("EmpCode")
    own = extension(account)
    path = f"/Users/{create(scim, person() | {own: {'EmpCode': 'E1'}, ENTERPRISE: {'division': 'North'}})['id']}"

    assert scim.get(path).json[own] == {"EmpCode": "E1"}
    assert scim.get(path).json[ENTERPRISE] == {"division": "North"}
    emptied = scim.patch(path, {"op": "remove", "path": f"{own}:EmpCode"}, {"op": "remove", "path": ENTERPRISE}).json
    assert own not in emptied
    assert ENTERPRISE not in emptied
    assert emptied["schemas"] == [CORE]


def test_R_022_ids_are_made_by_the_server_and_never_used_again(scim):
    """id is made here, unique over all resource types, always returned, cannot be set, and never given out again."""
    sent = create(scim, person(id="mine"))
    team = create(scim, group("Team", id="mine"), "/Groups")
    path = f"/Users/{sent['id']}"
    assert "mine" not in (sent["id"], team["id"])
    assert "bulkid" not in (sent["id"] + team["id"]).lower()
    assert scim.get(path, excludedAttributes="id,userName").json["id"] == sent["id"]
    assert scim.get(path, attributes="title").json["id"] == sent["id"]
    assert scim.put(path, sent | {"id": "other"}).json["id"] == sent["id"]

    scim.delete(path)
    again = create(scim, person(userName=sent["userName"]))

    assert again["id"] != sent["id"]
    ids = [resource["id"] for resource in scim.get("").json["Resources"]]
    assert len(ids) == len(set(ids))
    assert_error(scim.get(path), 404)


def test_R_023_external_ids_belong_to_the_connection(scim):
    """externalId comes from the client alone, keeps its letter case, and another connection may use the same one."""
    entra = scim.for_provider("entra")
    ours, theirs = create(scim, person(externalId="Ab1")), create(entra, person(externalId="Ab1"))

    assert "externalId" not in create(scim, person())
    for client, own in ((scim, ours), (entra, theirs)):
        found = client.get("/Users", filter='externalId eq "Ab1"').json["Resources"]
        assert [item["id"] for item in found] == [own["id"]]
        assert client.get("/Users", filter='externalId eq "ab1"').json["totalResults"] == 0
    assert "externalId" not in entra.get(f"/Users/{ours['id']}").json


def test_R_024_meta_is_made_by_the_server(scim, clock):
    """meta is the server's; what a client sends of it is ignored; a change moves lastModified and version alone."""
    lie = {"resourceType": "Robot", "created": "1999-01-01T00:00:00Z", "location": "x", "version": "x"}
    made = create(scim, person(meta=lie))
    meta = made["meta"]
    assert meta["resourceType"] == "User"
    assert meta["created"] == meta["lastModified"] > "2020"
    assert meta["location"] == f"{scim.base_url}/Users/{made['id']}"

    clock.advance(seconds=5)
    after = scim.put(f"/Users/{made['id']}", made | {"title": "Chef", "meta": lie}).json["meta"]

    assert after["lastModified"] > meta["lastModified"]
    assert after["version"] != meta["version"]
    assert {name: after[name] for name in ("resourceType", "created", "location")} == {
        name: meta[name] for name in ("resourceType", "created", "location")
    }


def test_R_025_headers_and_meta_agree(scim):
    """meta.location is Content-Location and meta.version is ETag, marked as weak, in every answer with one resource."""
    answer = scim.post("/Users", person())
    path = f"/Users/{answer.json['id']}"
    team = scim.post("/Groups", group("Team"))
    for shown in (
        answer, team, scim.get(path), scim.put(path, answer.json), scim.patch(path, replace={"title": "Chef"}),
    ):  # fmt: skip
        assert shown.headers["Content-Location"] == shown.json["meta"]["location"]
        assert shown.headers["ETag"] == shown.json["meta"]["version"]
        assert shown.headers["ETag"].startswith('W/"')


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


def test_R_033_letter_case_is_kept_and_compared_as_the_schema_says(scim):
    """What was sent comes back in its letter case; only caseExact attributes compare by it."""
    made = create(scim, person(userName="Alice@X.example", title="Head Chef", externalId="Ex1"))

    assert (made["userName"], made["title"], made["externalId"]) == ("Alice@X.example", "Head Chef", "Ex1")

    def count(text):
        return scim.get("/Users", filter=text).json["totalResults"]

    assert count('userName eq "alice@x.EXAMPLE"') == count('title eq "HEAD chef"') == 1
    assert count('externalId eq "Ex1"') == count(f'id eq "{made["id"]}"') == 1
    assert count('externalId eq "EX1"') == count(f'id eq "{made["id"].swapcase()}"') == 0


def test_R_034_returned_is_honoured_everywhere(scim, strict):
    """What is returned always cannot be left out, never is never shown, on request only by name; in every answer."""
    made = create(strict, person(password="s3cret-word", title="Chef"))
    team = create(strict, group("Team", made["id"]), "/Groups")
    path, body = f"/Users/{made['id']}", person(password="s3cret-word")
    answers = [
        strict.get(path), strict.get("/Users"), strict.post("/Users", body), strict.put(path, made),
        strict.patch(path, replace={"password": "s3cret-word"}), strict.post("/Users/.search", {}), strict.get(""),
        strict.get(path, attributes="password,title"), strict.get("/Users", excludedAttributes="id,schemas"),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code in (200, 201)
        assert "s3cret" not in answer.text
        assert '"password"' not in answer.text
        for resource in answer.json.get("Resources", [answer.json]):
            assert resource["id"]
            assert resource["schemas"]
    assert "display" not in strict.get(f"/Groups/{team['id']}").json["members"][0]
    asked = strict.get(f"/Groups/{team['id']}", attributes="members.display").json
    assert asked["members"][0]["display"] == made["displayName"]


def test_R_035_mutability_is_honoured_in_every_verb(scim, strict):
    """readOnly is ignored in POST and PUT and refused in a PATCH path; immutable parts of a member cannot be changed."""
    made = create(strict, person(groups=[{"value": "x"}]))
    team = create(strict, group("Team", made["id"]), "/Groups")
    path = f"/Users/{made['id']}"

    assert "groups" not in made
    assert strict.put(path, made | {"groups": []}).json["groups"][0]["value"] == team["id"]
    for name in ("id", "groups", "meta", "meta.created", "groups.display", f"{ENTERPRISE}:manager.displayName"):
        assert_error(strict.patch(path, {"op": "replace", "path": name, "value": "x"}), 400, "mutability")
    for sub in ("value", "$ref", "type"):
        operation = {"op": "replace", "path": f'members[value eq "{made["id"]}"].{sub}', "value": "User"}
        assert_error(strict.patch(f"/Groups/{team['id']}", operation), 400, "mutability")


def test_R_036_unique_values_have_one_winner(scim, strict):
    """userName is unique on the server, the name of a group where the preset asks for it: the second one is 409."""
    first = create(scim, person())
    other = create(scim, person())

    assert_error(scim.post("/Users", person(userName=first["userName"].upper())), 409, "uniqueness")
    taken = {"op": "replace", "path": "userName", "value": first["userName"]}
    assert_error(scim.patch(f"/Users/{other['id']}", taken), 409, "uniqueness")
    assert_error(scim.put(f"/Users/{other['id']}", other | {"userName": first["userName"]}), 409, "uniqueness")
    create(strict, group("Crew"), "/Groups")
    assert_error(strict.post("/Groups", group("CREW")), 409, "uniqueness")


def test_R_037_answers_show_what_is_stored(scim):
    """An answer shows the resource as the server has it, not an echo: what was left out is not in it."""
    made = create(scim, person(title="  Chef  ", robots=5, active="False"))
    team = scim.post("/Groups", group("Team", made["id"], "nobody")).json

    assert made["active"] is False
    assert "robots" not in made
    assert [item["value"] for item in team["members"]] == [made["id"]]
    shown = scim.get(f"/Users/{made['id']}").json
    assert {**shown, "groups": None, "meta": None} == {**made, "groups": None, "meta": None}


def test_R_038_user_names_are_prepared_before_they_are_compared(scim):
    """userName compares by PRECIS: width, letter case and normal form make no difference."""
    create(scim, person(userName="alice@precis.example"))
    create(scim, person(userName="Ren\u00e9@precis.example"))

    for spelling in ("\uff21lice@precis.example", "ALICE@Precis.Example", "Rene\u0301@precis.example"):
        other = person(userName=spelling, emails=[{"value": "somebody@else.example"}])
        assert_error(scim.post("/Users", other), 409, "uniqueness")
        assert scim.get("/Users", filter=f'userName eq "{spelling}"').json["totalResults"] == 1


def test_R_039_unstated_characteristics_are_the_defaults(scim, account, make_field):
    """An attribute of which nothing is said is an optional text, compared without letter case, that everybody sees."""
    make_field("Plain")
    shown = scim.get(f"/Schemas/{extension(account)}").json["attributes"][0]

    assert {name: shown[name] for name in shown if name not in ("name", "description")} == {
        "type": "string", "multiValued": False, "required": False, "caseExact": False, "mutability": "readWrite",
        "returned": "default", "uniqueness": "none",
    }  # fmt: skip
    made = create(scim, person() | {extension(account): {"Plain": "Same"}})
    create(scim, person() | {extension(account): {"Plain": "same"}})
    assert made[extension(account)] == {"Plain": "Same"}
    assert scim.get("/Users", filter=f'{extension(account)}:Plain eq "SAME"').json["totalResults"] == 2

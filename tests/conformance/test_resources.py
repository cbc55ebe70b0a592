"""Resources and common attributes (R-020 … R-025)."""

from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, assert_error, create, extension, group, person


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

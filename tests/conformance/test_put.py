"""Replacing (R-110 … R-114)."""

import pytest

from tests.conformance.full_bodies import full_person
from tests.scim_api.bodies import CORE, ENTERPRISE, assert_error, create, extension, group, person

sqlite_only = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@sqlite_only
def test_R_110_put_replaces_and_never_creates(scim):
    """PUT replaces what is there; an unknown id is 404 and creates nothing."""
    total = scim.get("/Users").json["totalResults"]

    for path, body in (("/Users/nobody", person()), ("/Groups/nobody", group("Team"))):
        assert_error(scim.put(path, body), 404)
    assert scim.get("/Users").json["totalResults"] == total
    made = create(scim, person())
    assert scim.put(f"/Users/{made['id']}", made | {"title": "Chef"}).json["title"] == "Chef"


def test_R_111_what_a_body_replaces(scim, strict):
    """readWrite values are replaced, writeOnly ones taken, readOnly ones ignored; a member stays what it is."""
    made = create(scim, person(title="Cook", nickName="N"))
    team = create(strict, group("Team", made["id"]), "/Groups")
    lies = {"id": "x", "meta": {"version": "x"}, "groups": [], "password": "p", "title": "Chef"}

    after = scim.put(f"/Users/{made['id']}", made | lies).json

    assert (after["title"], after["id"], after["nickName"]) == ("Chef", made["id"], "N")
    assert [item["value"] for item in after["groups"]] == [team["id"]]
    kept = strict.put(f"/Groups/{team['id']}", team | {"members": [{"value": made["id"], "type": "Group"}]}).json
    assert kept["members"] == team["members"]


def test_R_112_what_a_body_leaves_out(scim, strict, account, make_field):
    """What a PUT leaves out is cleared; the documented exceptions are active, password, and for most presets whole extensions."""
    make_field("EmpCode")
    own = extension(account)
    for client, keeps in ((scim, True), (strict, False)):
        body = full_person() | {own: {"EmpCode": "E1"}, "active": False}
        body |= {"userName": f"{keeps}@put.example", "emails": [{"value": f"{keeps}@put.example"}], "externalId": "x"}
        made = create(client, body)
        short = {"schemas": [CORE], "userName": made["userName"], "emails": made["emails"]}
        after = client.put(f"/Users/{made['id']}", short).json
        kept = {"schemas", "id", "userName", "emails", "active", "meta"} | {own} | ({ENTERPRISE} if keeps else set())
        assert after.keys() == kept
        assert after["active"] is False
        team = create(client, group(f"Team {keeps}", made["id"]), "/Groups")
        renamed = client.put(f"/Groups/{team['id']}", {"schemas": team["schemas"], "displayName": "New"}).json
        assert ("members" in renamed) is keeps


def test_R_113_null_clears_and_required_values_stay(scim):
    """null and [] clear, whatever is kept otherwise; a missing required value is invalidValue."""
    made = create(scim, full_person())
    path = f"/Users/{made['id']}"

    after = scim.put(path, made | {"title": None, "phoneNumbers": [], "name": None, ENTERPRISE: None}).json

    assert not {"title", "phoneNumbers", "name", ENTERPRISE} & after.keys()
    for missing in ({}, {"userName": None}, {"userName": ""}):
        body = {name: value for name, value in made.items() if name != "userName"} | missing
        assert_error(scim.put(path, body), 400, "invalidValue", "userName")


def test_R_114_a_put_of_what_is_there_changes_nothing(scim, strict, clock):
    """PUT answers 200 with the whole resource; our own answer sent back moves neither lastModified nor the version."""
    boss = create(scim, person("Bo", "Boss"))
    for client, name in ((scim, "a"), (strict, "b")):
        made = create(
            client, full_person({"value": boss["id"]}) | {"userName": name, "emails": [{"value": f"{name}@x.example"}]}
        )
        create(client, group(f"Team {name}", made["id"]), "/Groups")
        shown = client.get(f"/Users/{made['id']}").json
        clock.advance(seconds=5)
        again = client.put(f"/Users/{made['id']}", shown)
        assert (again.status_code, again.json) == (200, shown)
    team = scim.get("/Groups").json["Resources"][0]
    assert scim.put(f"/Groups/{team['id']}", team).json == team

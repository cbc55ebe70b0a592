"""Deleting (R-145 … R-147)."""

from tests.scim_api.bodies import assert_error, create, group, person


def test_R_145_delete_answers_nothing(scim):
    """Deleting answers 204 without a body."""
    for path, body in (("/Users", person()), ("/Groups", group("Team"))):
        answer = scim.delete(f"{path}/{create(scim, body, path)['id']}")
        assert (answer.status_code, answer.data) == (204, b"")


def test_R_146_what_was_deleted_is_nowhere(scim):
    """Afterwards every operation is 404, and no list, search, member list or groups shows it."""
    gone, kept = create(scim, person("Gone", "G")), create(scim, person("Kept", "K"))
    team = create(scim, group("Team", gone["id"], kept["id"]), "/Groups")
    for path, resource, body in (("/Users", gone, person()), ("/Groups", team, group("x"))):
        if path == "/Groups":
            assert [item["value"] for item in scim.get(f"/Groups/{team['id']}").json["members"]] == [kept["id"]]
        address = f"{path}/{resource['id']}"
        assert scim.delete(address).status_code == 204
        for answer in (
            scim.get(address), scim.put(address, body), scim.patch(address, replace={"displayName": "x"}), scim.delete(address),
        ):  # fmt: skip
            assert_error(answer, 404)
        for found in (scim.get(path), scim.get(""), scim.get(path, filter=f'id eq "{resource["id"]}"')):
            assert resource["id"] not in [item["id"] for item in found.json["Resources"]]
    assert "groups" not in scim.get(f"/Users/{kept['id']}").json


def test_R_147_what_was_deleted_is_no_conflict(scim, strict):
    """The same user name, address and group name can be created again."""
    body = person(externalId="e1")
    first = create(scim, body)
    scim.delete(f"/Users/{first['id']}")
    assert create(scim, body)["id"] != first["id"]
    team = create(strict, group("Team"), "/Groups")
    strict.delete(f"/Groups/{team['id']}")
    create(strict, group("Team"), "/Groups")

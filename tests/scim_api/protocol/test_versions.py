"""ETags: unchanged answers are not sent again, and nobody overwrites what they have not seen (RFC 7644 §3.14)."""

import pytest

from tests.scim_api.bodies import ENTERPRISE, assert_error, create, group, person


@pytest.fixture(params=["Users", "Groups"])
def made(request, scim):
    """``(path, body, version)`` of a resource."""
    body = person() if request.param == "Users" else group("G")
    made = create(scim, body, f"/{request.param}")
    return f"/{request.param}/{made['id']}", made, made["meta"]["version"]


def test_a_known_version_is_304_without_a_body(scim, made):
    path, _, version = made

    for known in (version, version.removeprefix("W/"), f'"x", {version}', "*"):
        answer = scim.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == version
    assert scim.get(path, headers={"If-None-Match": 'W/"99"'}).status_code == 200


def test_a_read_asks_for_a_version_too(scim, made):
    path, body, version = made

    for wanted in (version, version.removeprefix("W/"), f'"x", {version}', "*"):
        assert scim.get(path, headers={"If-Match": wanted}).json == body
    for method in ("GET", "HEAD"):
        answer = scim.open(method, path, headers={"If-Match": 'W/"99"', "If-None-Match": version})
        assert answer.status_code == 412
    assert_error(scim.get(path, headers={"If-Match": 'W/"99"'}), 412, says=version)
    assert_error(scim.get("/Schemas", headers={"If-Match": version}), 412)
    assert scim.get(path[: path.rindex("/")], headers={"If-Match": version}).status_code == 200  # a list has no version


def test_a_stale_version_is_412_and_changes_nothing(scim, made):
    path, body, version = made
    stale = {"If-Match": 'W/"99"'}

    assert_error(scim.put(path, body | {"displayName": "X"}, stale), 412)
    assert_error(scim.patch(path, headers=stale, replace={"displayName": "X"}), 412)
    assert_error(scim.delete(path, stale), 412)
    assert scim.get(path).json == body


@pytest.mark.parametrize("known", ["current", "*", "list"])
def test_the_current_version_passes(scim, made, known):
    path, body, version = made
    header = {"current": version, "*": "*", "list": f'"7", {version}'}[known]

    changed = scim.put(path, body | {"displayName": "X"}, {"If-Match": header})

    assert changed.status_code == 200
    assert changed.headers["ETag"] != version
    assert changed.json["meta"]["version"] == changed.headers["ETag"]
    assert (
        scim.patch(path, headers={"If-Match": changed.headers["ETag"]}, replace={"displayName": "Y"}).status_code == 200
    )
    assert scim.delete(path, {"If-Match": "*"}).status_code == 204


def test_a_change_of_what_shall_not_be_there_is_412_and_changes_nothing(scim, made):
    path, body, version = made

    for known in ("*", version, f'"x", {version}'):
        there = {"If-None-Match": known}
        assert_error(scim.put(path, body | {"displayName": "X"}, there), 412, says="If-None-Match")
        assert_error(scim.patch(path, headers=there, replace={"displayName": "X"}), 412, says="If-None-Match")
        assert_error(scim.delete(path, there), 412, says="If-None-Match")
    assert scim.get(path).json == body
    assert scim.put(path, body, {"If-None-Match": 'W/"99"'}).status_code == 200
    assert scim.delete(path, {"If-None-Match": 'W/"99"'}).status_code == 204


def test_members_are_guarded_too_when_the_client_asks_for_it(scim, make_user):
    made = create(scim, group("G"), "/Groups")
    add = {"op": "add", "path": "members", "value": [{"value": make_user().scim_id}]}

    assert_error(scim.patch(f"/Groups/{made['id']}", add, headers={"If-Match": 'W/"9"'}), 412)
    assert scim.patch(f"/Groups/{made['id']}", add, headers={"If-Match": made["meta"]["version"]}).status_code == 200


@pytest.mark.parametrize("put_in", ["person", "group"])
def test_another_group_is_no_known_answer_and_stops_no_change(scim, put_in):
    made = create(scim, person())
    inner = create(scim, group("Inner", made["id"]), "/Groups")
    team = create(scim, group("Team"), "/Groups")
    seen = scim.get(f"/Users/{made['id']}").headers["ETag"]
    member = {"value": {"person": made, "group": inner}[put_in]["id"]}
    path = f"/Users/{made['id']}"

    for op in ("add", "remove"):
        before = scim.get(path).headers["ETag"]
        changed = scim.patch(f"/Groups/{team['id']}", {"op": op, "path": "members", "value": [member]})
        assert changed.status_code == 200
        assert scim.get(path, headers={"If-None-Match": before}).status_code == 200
    assert scim.patch(path, replace={"title": "Cook"}, headers={"If-Match": seen}).status_code == 200


def test_a_new_name_of_a_manager_a_group_or_a_member_is_no_known_answer(scim):
    """What an answer shows of others is covered by its ETag; a change may still be made with the one that was read."""
    boss = create(scim, person(displayName="Boss"))
    made = create(scim, person(**{ENTERPRISE: {"manager": {"value": boss["id"]}}}))
    team = create(scim, group("Team", made["id"]), "/Groups")
    paths = f"/Users/{made['id']}", f"/Groups/{team['id']}"
    renamed = (
        (f"/Users/{boss['id']}", {"displayName": "The boss"}, {paths[0]}),
        (paths[1], {"displayName": "The team"}, set(paths)),
        (paths[0], {"displayName": "Somebody"}, set(paths)),
        (f"/Users/{boss['id']}", None, {paths[0]}),  # a manager who is gone has neither address nor name
    )
    for path, new, touched in renamed:
        before = {seen: scim.get(seen) for seen in paths}
        scim.delete(path) if new is None else scim.patch(path, replace=new)
        for seen, old in before.items():
            now = scim.get(seen, headers={"If-None-Match": old.headers["ETag"]})
            assert (now.status_code == 200) is (seen in touched), (path, seen)
            if seen in touched:
                assert now.json != old.json
                assert now.json["meta"]["version"] == now.headers["ETag"] != old.headers["ETag"]
            if path != seen:
                assert scim.patch(seen, replace={}, headers={"If-Match": old.headers["ETag"]}).status_code in (200, 204)


def test_two_groups_that_swap_their_names_are_no_known_answer(scim):
    made = create(scim, person())
    teams = [create(scim, group(name, made["id"]), "/Groups") for name in ("Red", "Blue")]
    before = scim.get(f"/Users/{made['id']}").headers["ETag"]

    for team, name in zip((*teams, teams[0]), ("Between", "Red", "Blue"), strict=True):
        assert scim.patch(f"/Groups/{team['id']}", replace={"displayName": name}).status_code in (200, 204)

    now = scim.get(f"/Users/{made['id']}", headers={"If-None-Match": before})
    assert {item["value"]: item["display"] for item in now.json["groups"]} == {
        teams[0]["id"]: "Blue",
        teams[1]["id"]: "Red",
    }


def test_a_change_is_never_answered_with_304(scim):
    created = scim.post("/Users", person(userName="a@corp.example"), {"If-None-Match": "*"})
    after = {"If-None-Match": 'W/"2"'}
    replaced = scim.put(f"/Users/{created.json['id']}", person(userName="b@corp.example"), after)

    assert (created.status_code, created.json["userName"]) == (201, "a@corp.example")
    assert (replaced.status_code, replaced.json["userName"]) == (200, "b@corp.example")
    assert replaced.headers["ETag"] == after["If-None-Match"]

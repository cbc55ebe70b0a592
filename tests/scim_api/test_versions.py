"""ETags: unchanged answers are not sent again, and nobody overwrites what they have not seen (RFC 7644 §3.14)."""

import pytest

from .bodies import assert_error, create, group, person


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


def test_members_are_guarded_too_when_the_client_asks_for_it(scim, make_user):
    made = create(scim, group("G"), "/Groups")
    add = {"op": "add", "path": "members", "value": [{"value": make_user().scim_id}]}

    assert_error(scim.patch(f"/Groups/{made['id']}", add, headers={"If-Match": 'W/"9"'}), 412)
    assert scim.patch(f"/Groups/{made['id']}", add, headers={"If-Match": made["meta"]["version"]}).status_code == 200

"""Nothing of one account is reached from another over SCIM, whatever the address or the body (security I1–I10).

The addresses come from the URL map. ``tests/scim_api/access/test_isolation.py`` tells the same as a story, case by case.
"""

import json

import pytest

from tests.scim_api.bodies import CORE, ENTERPRISE, GROUP, PATCH_OP, person

from .ground import MARK, Ground
from .routes import assert_alike, routes, unknown
from .rows import fingerprint

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
CALLS = (
    "scim_calls",
    "scim_call_bodies",
    "scim_call_hours",
)  # an account reads of the calls that knocked at its address


@pytest.fixture
def theirs(make_account):
    ground = Ground(make_account("Globex"))
    for kind in ("managed_person", "managed_group", "token"):
        ground.one(kind)
    return ground


@pytest.fixture
def ours(account):
    return Ground(account, mark="Homebody")


def body(route, resource_id=None):
    """What this route takes."""
    if route.method == "PATCH":
        return {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "displayName", "value": "x"}]}
    if route.endpoint == "scim_api.bulk":
        return {"schemas": [BULK], "Operations": [{"method": "DELETE", "path": f"/Users/{resource_id}"}]}
    if route.method in ("POST", "PUT"):
        return {"schemas": [CORE, GROUP], "userName": "x@acme.example", "displayName": "x", "name": {"givenName": "x"}}
    return None


def send(scim, route, resource_id, account_id, sent=None):
    scim = scim.with_token(scim.token)  # from a network of its own: nobody tries wrong tokens for long
    path = route.address(resource_id, account_id)
    scim.base_path, rest = path[: path.index("/v2") + 3], path[path.index("/v2") + 3 :]
    return scim.open(route.method, rest, sent or body(route, resource_id))


def test_a_foreign_id_is_one_that_nothing_has(app, ours, theirs):
    before = fingerprint(theirs.account.id)
    named = [route for route in routes(app, "scim_api") if route.kind]

    for route in named:
        foreign, nobodys = theirs.one(route.kind), unknown(route.kind)
        answer, other = (send(ours.scim, route, thing, ours.account.id) for thing in (foreign, nobodys))
        assert answer.status_code == 404, route
        assert_alike(answer, foreign, other, nobodys, route)
        assert MARK not in answer.text, route
    assert fingerprint(theirs.account.id) == before
    assert len(named) == 8
    for route in sorted(named, key=lambda route: route.method == "DELETE"):  # with an id of ours the same calls act
        assert send(ours.scim, route, ours.one(route.kind), ours.account.id).status_code in (200, 204), route


def test_a_foreign_account_in_an_address_is_one_that_does_not_exist(app, ours, theirs):
    before = fingerprint(theirs.account.id, leaving_out=CALLS)
    nowhere = "Ac" + "x" * 12

    for route in routes(app, "scim_api"):
        thing = theirs.one(route.kind) if route.kind else None
        answer = send(ours.scim, route, thing, theirs.account.id)
        other = send(ours.scim, route, thing, nowhere)
        if route.endpoint == "scim_api.service_provider_config":  # says of nobody anything, and needs no token
            assert MARK not in answer.text
            continue
        assert answer.status_code == 401, route
        assert_alike(answer, theirs.account.id, other, nowhere, route)
    assert fingerprint(theirs.account.id, leaving_out=CALLS) == before


def references(person_id, group_id, own_person, own_group):
    """``(method, path, body)`` of every place where a body or a filter names a resource; the first two are foreign."""
    manager = {"schemas": [CORE, ENTERPRISE], ENTERPRISE: {"manager": {"value": person_id}}}
    refs = [{"value": person_id}, {"value": group_id, "type": "Group"}]
    patch = [
        {"op": op, "path": "members", "value": refs} for op in ("add", "replace")
    ] + [{"op": "remove", "path": f'members[value eq "{person_id}"]'}, {"op": "add", "value": {"members": refs}}]  # fmt: skip
    yield "POST", "/Users", person("Refers", userName="refers@acme.example") | manager
    yield "PUT", f"/Users/{own_person}", person("Refers", userName="refers2@acme.example") | manager
    manages = {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": person_id}
    yield "PATCH", f"/Users/{own_person}", {"schemas": [PATCH_OP], "Operations": [manages]}
    joins = {"op": "add", "path": "groups", "value": [{"value": group_id}]}
    yield "PATCH", f"/Users/{own_person}", {"schemas": [PATCH_OP], "Operations": [joins]}
    for operation in patch:
        yield "PATCH", f"/Groups/{own_group}", {"schemas": [PATCH_OP], "Operations": [operation]}
    yield "PUT", f"/Groups/{own_group}", {"schemas": [GROUP], "displayName": "Refers", "members": refs}
    yield "POST", "/Groups", {"schemas": [GROUP], "displayName": "Refers too", "members": refs}
    for method in ("PUT", "PATCH", "DELETE"):
        for path in (f"/Users/{person_id}", f"/Groups/{group_id}"):
            operation = {
                "method": method,
                "path": path,
                "data": {"Operations": patch, "displayName": "x", "userName": "x"},
            }
            yield "POST", "/Bulk", {"schemas": [BULK], "Operations": [operation]}
    for path, text in (
        ("/Users", f'id eq "{person_id}"'), ("/Users", f'groups.value eq "{group_id}"'),
        ("/Users", f'{ENTERPRISE}:manager.value eq "{person_id}"'), ("/Groups", f'members.value eq "{person_id}"'),
        ("/Groups", f'id eq "{group_id}"'), ("", f'id eq "{person_id}" or id eq "{group_id}"'),
        ("/Users", f'userName co "{MARK.lower()}" or displayName co "{MARK}"'), ("/Groups", f'displayName sw "{MARK}"'),
    ):  # fmt: skip
        yield "POST", f"{path}/.search", {"filter": text}


def test_a_foreign_id_in_a_body_or_a_filter_is_one_that_nothing_has(ours, theirs):
    """The same calls twice, once about ids of theirs and once about ids that nothing has; a round before evens the rows."""
    own_person, own_group = ours.one("managed_person"), ours.one("managed_group")
    foreign = (theirs.one("managed_person"), theirs.one("managed_group"))
    nothing = (unknown("managed_person"), unknown("managed_group"))
    before, told = fingerprint(theirs.account.id), {}

    for ids in (nothing, foreign, nothing):
        for number, (method, path, sent) in enumerate(references(*ids, own_person, own_group)):
            answer = ours.scim.open(method, path, json.dumps(sent))
            if method == "POST" and answer.status_code == 201:
                ours.scim.delete(f"{path}/{answer.json['id']}")
            assert MARK not in answer.text, path
            told.setdefault(number, []).append((method, path, plain(answer, ids)))

    for _, about_theirs, about_nothing in told.values():
        assert about_theirs[2] == about_nothing[2], about_theirs[:2]
    assert fingerprint(theirs.account.id) == before
    assert len(told) == 24


def plain(answer, ids):
    """Status and body of an answer without the ids it was about, and without what the call itself made."""
    text = answer.text
    for place, each in enumerate(ids):
        text = text.replace(each, f"ID{place}")
    return answer.status_code, without_meta(json.loads(text) if text else {})


def without_meta(value):
    if isinstance(value, dict):
        left_out = {"meta", "version", "location"} | ({"id"} if "meta" in value else set())
        return {name: without_meta(part) for name, part in value.items() if name not in left_out}
    return [without_meta(part) for part in value] if isinstance(value, list) else value

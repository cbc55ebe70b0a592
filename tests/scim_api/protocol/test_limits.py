"""Everything a client can make grow ends somewhere: each limit is kept at the limit and refused one above (docs/scim.md)."""

import json
from pathlib import Path

import pytest

from scimapp.directory.client_reads import members_of_groups
from scimapp.directory.groups import memberships
from scimapp.scim import urns, work
from tests.scim_api.bodies import SEARCH, assert_error, create, group, person
from tests.support.databases import on_both

MEBIBYTE = 1024 * 1024
DOCUMENT = (Path(__file__).parents[3] / "docs" / "scim.md").read_text()


def phones(number):
    return [{"value": str(10_000 + each)} for each in range(number)]


def filter_of(length):
    return 'title eq "' + "x" * (length - len('title eq ""')) + '"'


def nested(levels):
    return "(" * (levels - 1) + "title pr" + ")" * (levels - 1)


def json_nested(levels):
    return json.dumps(person())[:-1] + ', "x": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


def body_of(size):
    return json.dumps(person()).ljust(size).encode()


def post(path, make):
    return lambda scim, size: scim.post(path, make(size))


def search(make):
    return lambda scim, size: scim.post("/Users/.search", {"schemas": [SEARCH], "filter": make(size)})


def patch(scim, size):
    path = f"/Users/{create(scim, person())['id']}"
    return scim.patch(path, *[{"op": "replace", "path": "title", "value": "x"}] * size)


def bulk(scim, size):
    schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]
    return scim.post("/Bulk", {"schemas": schemas, "Operations": [{"method": "DELETE", "path": "/Users/x"}] * size})


LIMITS = {
    "body": (MEBIBYTE, 413, None, "1 MiB", post("/Users", body_of)),
    "depth": (32, 400, "invalidSyntax", "32 levels", post("/Users", json_nested)),
    "values": (1_000, 400, "invalidValue", "1,000 values", post("/Users", lambda n: person(phoneNumbers=phones(n)))),
    "operations of a PATCH": (1_000, 400, "invalidSyntax", "1,000 operations", patch),
    "operations of a Bulk": (1_000, 413, None, "1,000 operations", bulk),
    "filter in a URL": (4_096, 400, "invalidFilter", "4,096 characters", lambda scim, n: scim.get("/Users", filter=filter_of(n))),
    "filter in a body": (4_096, 400, "invalidFilter", "4,096 characters", search(filter_of)),
    "filter terms": (200, 400, "invalidFilter", "200 terms", search(lambda n: " or ".join(["title pr"] * n))),
    "filter depth": (30, 400, "invalidFilter", "30 levels", search(nested)),
}  # fmt: skip


@on_both
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_kept_and_one_more_is_refused(scim, name):
    limit, status, word, published, send = LIMITS[name]

    assert send(scim, limit).status_code in (200, 201)
    assert_error(send(scim, limit + 1), status, word)
    assert published in DOCUMENT


def test_a_person_holds_200_kib(scim):
    made = create(scim, person(title="x" * 150_000))
    path = f"/Users/{made['id']}"

    assert scim.patch(path, replace={"nickName": "x" * 50_000}).status_code == 200
    before = scim.get(path).data
    assert_error(scim.patch(path, replace={"nickName": "x" * 60_000}), 400, "invalidValue", says="200 KiB")
    assert_error(scim.post("/Users", person(title="x" * 205_000)), 400, "invalidValue", says="200 KiB")
    assert scim.get(path).data == before
    assert "200 KiB" in DOCUMENT


def test_a_group_holds_100_000_members(scim, make_user, monkeypatch):
    monkeypatch.setattr(memberships, "MAXIMUM_MEMBERS", 3)
    ids = [make_user().scim_id for _ in range(4)]
    path = f"/Groups/{create(scim, group('Crew', *ids[:3]), '/Groups')['id']}"
    add = {"op": "add", "path": "members", "value": [{"value": ids[3]}]}

    assert_error(scim.patch(path, add), 400, "invalidValue", says="at most 3 members")
    assert_error(scim.post("/Groups", group("Crowd", *ids)), 400, "invalidValue")
    assert len(scim.get(path).json["members"]) == 3
    assert scim.patch(path, {"op": "remove", "path": f'members[value eq "{ids[0]}"]'}, add).status_code == 200
    assert "100,000 members" in DOCUMENT


def test_the_operations_of_a_request_look_at_so_many_values(scim, monkeypatch):
    """A thousand filters over a thousand values kept everybody else from writing for minutes."""
    assert f"{work.MOST:,} values" in DOCUMENT
    monkeypatch.setattr(work, "MOST", 2 * (4 + 1) * 30)
    path = f"/Users/{create(scim, person(phoneNumbers=phones(30)))['id']}"
    one = {"op": "replace", "path": 'phoneNumbers[value eq "10001"].display', "value": "Desk"}
    two = {"schemas": [urns.PATCH_OP], "Operations": [one, one]}

    assert scim.patch(path, one, one).status_code == 200
    assert_error(scim.patch(path, one, one, one), 400, "tooMany", says="operation 3: the operations of one request")
    both = [{"method": "PATCH", "path": path, "data": two}] * 2
    told = scim.post("/Bulk", {"schemas": [urns.BULK_REQUEST], "Operations": both}).json["Operations"]
    assert [each["status"] for each in told] == ["200", "400"]


def test_members_are_not_read_for_an_operation_that_may_look_at_nothing_any_more(scim, make_user, monkeypatch):
    """A Bulk of a thousand such operations read the members a thousand times."""
    path = f"/Groups/{create(scim, group('G', make_user().scim_id, make_user().scim_id), '/Groups')['id']}"
    monkeypatch.setattr(work, "MOST", 1)
    monkeypatch.setattr(members_of_groups, "of_written", None)

    refused = scim.patch(path, {"op": "remove", "path": 'members[type eq "User"]'})

    assert_error(refused, 400, "tooMany", says="the operations of one request")


def test_a_page_holds_500_and_absurd_numbers_end_well(scim, make_user):
    make_user()
    for count, status in (("500", 200), ("501", 200), ("-1", 200), ("9" * 18, 200), ("1e3", 400), ("9" * 400, 400)):
        assert scim.get("/Users", count=count).status_code == status
    assert scim.get("/Users", count="-1").json["Resources"] == []
    assert scim.get("/Users", startIndex="-5", count="1").json["startIndex"] == 1
    assert scim.get("/Users", startIndex=str(2**62), count="5").json["Resources"] == []
    assert scim.get("/ServiceProviderConfig").json["filter"]["maxResults"] == 500

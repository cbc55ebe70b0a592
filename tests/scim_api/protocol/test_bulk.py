"""/Bulk against the real application (RFC 7644 §3.7)."""

from json import dumps

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.events import UserProvisioned
from scimapp.scim.bulk import MAXIMUM_OPERATIONS
from tests.scim_api.bodies import ENTERPRISE, assert_error, create, group, id_in, person
from tests.support.databases import on_both

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def send(scim, *operations, **more):
    return scim.post("/Bulk", {"schemas": [BULK], "Operations": list(operations)} | more)


def post(bulk_id, data, path="/Users"):
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}


def statuses(answer):
    assert answer.status_code == 200, answer.text
    return [operation["status"] for operation in answer.json["Operations"]]


def test_one_request_creates_changes_and_removes(scim):
    known = create(scim, person("Kim", "Known"))["id"]
    gone = create(scim, person("Guy", "Gone"))["id"]

    answer = send(
        scim,
        post("new", person("Nia", "New")),
        {"method": "PATCH", "path": f"/Users/{known}", "data": {
            "schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chef"}]}},
        {"method": "DELETE", "path": f"/Users/{gone}"},
    )  # fmt: skip

    assert statuses(answer) == ["201", "200", "204"]
    assert answer.json["schemas"] == [BULK_RESPONSE]
    created, changed, removed = answer.json["Operations"]
    assert created["bulkId"] == "new"
    assert scim.get(f"/Users/{id_in(created)}").headers["ETag"] == created["version"]
    assert scim.get(f"/Users/{known}").json["title"] == "Chef"
    assert changed["location"] == f"{scim.base_url}/Users/{known}"
    assert scim.get(f"/Users/{gone}").status_code == 404
    assert removed == {"method": "DELETE", "location": f"{scim.base_url}/Users/{gone}", "status": "204"}


def test_references_are_resolved_forwards_and_backwards_in_values_and_paths(scim):
    answer = send(
        scim,
        post("crew", group("Crew", "bulkId:ann", "bulkId:bob"), "/Groups"),
        post("ann", person("Ann", "Lee")),
        post("bob", person("Bob", "Lee") | {ENTERPRISE: {"manager": {"value": "bulkId:ann"}}}),
        {"method": "PATCH", "path": "/Groups/bulkId:crew", "data": {
            "schemas": [PATCH_OP],
            "Operations": [{"op": "remove", "path": 'members[value eq "bulkId:ann"]'}]}},
    )  # fmt: skip

    assert statuses(answer) == ["201", "201", "201", "200"]
    crew, ann, bob, _ = (id_in(result) for result in answer.json["Operations"])
    assert [member["value"] for member in scim.get(f"/Groups/{crew}").json["members"]] == [bob]
    assert scim.get(f"/Users/{bob}").json[ENTERPRISE]["manager"]["value"] == ann


@pytest.mark.parametrize("mark", ["bulkId:", r"bulk\u0049d:", r"\u0062ulkId\u003A"])
def test_a_reference_is_one_however_it_is_written(scim, mark):
    operations = [post("ann", person()), post("crew", group("Crew", "bulkId:ann"), "/Groups")]
    body = dumps({"schemas": [BULK], "Operations": operations}).replace("bulkId:", mark)

    answer = scim.send("POST", "/Bulk", body, {"Authorization": f"Bearer {scim.token}"}, {})

    ann, crew = map(id_in, answer.json["Operations"])
    assert [member["value"] for member in scim.get(f"/Groups/{crew}").json["members"]] == [ann]


def test_what_was_created_and_removed_in_one_request_is_told_under_its_id(scim):
    answer = send(scim, post("ann", person()), {"method": "DELETE", "path": "/Users/bulkId:ann"})

    made, removed = answer.json["Operations"]
    assert statuses(answer) == ["201", "204"]
    assert removed["location"] == made["location"]


@on_both
def test_people_who_manage_each_other_are_both_created(scim):
    answer = send(
        scim,
        post("ann", person("Ann", "Lee") | {ENTERPRISE: {"manager": {"value": "bulkId:bob"}}}),
        post("bob", person("Bob", "Lee") | {ENTERPRISE: {"manager": {"value": "bulkId:ann"}}}),
    )

    assert statuses(answer) == ["201", "201"]
    ann, bob = (id_in(result) for result in answer.json["Operations"])
    assert scim.get(f"/Users/{ann}").json[ENTERPRISE]["manager"]["value"] == bob
    assert scim.get(f"/Users/{bob}").json[ENTERPRISE]["manager"]["value"] == ann


@on_both
def test_a_failure_is_told_in_its_answer_and_the_others_go_on(scim):
    taken = person("Tom", "Taken")
    create(scim, taken)

    answer = send(
        scim,
        post("a", taken),
        post("b", person("Bea", "Ok")),
        post("c", group("Crew", "bulkId:a"), "/Groups"),
        {"method": "PUT", "path": "/Users/nobody", "data": person("No", "Body")},
    )

    assert statuses(answer) == ["409", "201", "400", "404"]
    first, _, third, fourth = answer.json["Operations"]
    assert first["response"]["scimType"] == "uniqueness"
    assert first["response"]["detail"].startswith("operation 1: ")
    assert "location" not in first
    assert "bulkId:a was not created: see the answer to operation 1" in third["response"]["detail"]
    assert fourth["location"] == f"{scim.base_url}/Users/nobody"


def test_fail_on_errors_stops_and_tells_what_was_done(scim):
    nobody = {"method": "DELETE", "path": "/Users/nobody"}

    answer = send(
        scim, nobody, post("a", person("Ann", "Lee")), nobody, post("b", person("Bob", "Lee")), failOnErrors=2
    )

    assert statuses(answer) == ["404", "201", "404"]
    assert scim.get("/Users", filter='name.givenName eq "Bob"').json["totalResults"] == 0


def test_fail_on_errors_leaves_nobody_without_the_references_that_were_sent(scim):
    ann, bob = (person(name, "Lee") | {ENTERPRISE: {"manager": {"value": f"bulkId:{other}"}}}
                for name, other in (("Ann", "bob"), ("Bob", "ann")))  # fmt: skip

    answer = send(scim, post("ann", ann | {"userName": ""}), post("bob", bob), failOnErrors=1)

    assert statuses(answer) == ["400", "409"]
    assert scim.get("/Users", filter='name.familyName eq "Lee"').json["totalResults"] == 0


@pytest.mark.parametrize("more", [{}, {"failOnErrors": 1}])
def test_a_circle_with_one_that_is_refused_is_taken_back_whole(scim, more):
    ann, bob, cy = (person(name, "Lee") | {ENTERPRISE: {"manager": {"value": f"bulkId:{other}"}}}
                    for name, other in (("Ann", "bob"), ("Bob", "cy"), ("Cy", "ann")))  # fmt: skip

    answer = send(scim, post("ann", ann | {"userName": ""}), post("bob", bob), post("cy", cy), **more)

    assert statuses(answer) == ["400", "409", "409"]
    assert "refers to operation 3, which was taken back" in answer.json["Operations"][1]["response"]["detail"]
    assert scim.get("/Users", filter='name.familyName eq "Lee"').json["totalResults"] == 0


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_version_guards_an_operation(scim, method):
    known = scim.post("/Users", person("Kim", "Known"))
    data = {
        "PATCH": {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chef"}]},
        "PUT": known.json | {"title": "Chef"},
        "DELETE": None,
    }[method]
    change = {"method": method, "path": f"/Users/{known.json['id']}", "data": data}

    stale = send(scim, change | {"version": 'W/"999"'})
    untouched = scim.get(f"/Users/{known.json['id']}").json
    current = send(scim, change | {"version": known.headers["ETag"]})

    assert (statuses(stale), untouched) == (["412"], known.json)
    assert statuses(current) == ["204" if method == "DELETE" else "200"]


def test_paths_that_lead_nowhere_are_told(scim):
    answer = send(
        scim,
        post("a", {}, "/Bulk"),
        post("b", {}, "/Users/1"),
        {"method": "DELETE", "path": "/Users"},
        {"method": "DELETE", "path": "/Users/1/2"},
        {"method": "DELETE", "path": "/Users/bulkId:z"},
        post("c", {}, "//["),
        post("d", person(), "//elsewhere.example/Users"),
        {"method": "DELETE", "path": "/Users/1%00"},
    )

    assert statuses(answer) == ["404", "400", "400", "404", "400", "404", "404", "404"]


def test_limits_are_published_and_kept(scim):
    published = scim.get("/ServiceProviderConfig").json["bulk"]
    nobody = {"method": "DELETE", "path": "/Users/nobody"}

    assert published == {"supported": True, "maxOperations": MAXIMUM_OPERATIONS, "maxPayloadSize": 1024 * 1024}
    assert_error(send(scim, *[nobody] * (MAXIMUM_OPERATIONS + 1)), 413, None, "maxOperations")
    assert_error(scim.post("/Bulk", b'{"x":"' + b"y" * 1024 * 1024 + b'"}'), 413, None, "1,048,576")


def test_a_request_that_is_no_bulk_request_is_refused_whole(scim):
    assert_error(scim.post("/Bulk", {"Operations": []}), 400, "invalidSyntax", "BulkRequest")


@on_both
def test_one_that_is_refused_takes_none_of_its_neighbours_with_it(scim, account):
    taken = person("Tia", "Taken")
    create(scim, taken)
    before = scim.get("/Users?count=0").json["totalResults"]

    answer = send(
        scim,
        post("first", person("Fay", "First")),
        post("taken", taken),
        post("last", person("Lou", "Last")),
        post("crew", group("Neighbours", "bulkId:first", "bulkId:last"), "/Groups"),
    )

    assert statuses(answer) == ["201", "409", "201", "201"]
    assert scim.get("/Users?count=0").json["totalResults"] == before + 2
    crew = scim.get(f"/Groups/{id_in(answer.json['Operations'][3])}").json
    assert {member["value"] for member in crew["members"]} == {
        id_in(answer.json["Operations"][place]) for place in (0, 2)
    }
    added = account.scope.select(AuditEntry, AuditEntry.target_label).where(AuditEntry.event == UserProvisioned.name)
    names = db.session.scalars(added).all()
    assert [names.count(name) for name in ("Fay First", "Tia Taken", "Lou Last")] == [1, 1, 1]


def test_operations_share_a_transaction(scim, statements):
    operations = [post(f"n{number}", person(f"Number{number}", "Many")) for number in range(20)]
    with statements() as log:
        assert set(statuses(send(scim, *operations))) == {"201"}

    moved = [text for text in log if text.startswith("UPDATE counters")]
    assert len(moved) == 1


def test_what_is_carried_out_again_is_what_was_sent(scim):
    """The second is refused, so the first is carried out once more by itself."""
    one = create(scim, person("Ann", "Lee"))["id"]
    operations = [
        {"op": "add", "path": "addresses", "value": [{"type": "work", "locality": "Chennai"}]},
        {"op": "replace", "path": 'addresses[type eq "work"].type', "value": "home"},
    ]
    changing = {"method": "PATCH", "path": f"/Users/{one}", "data": {"schemas": [PATCH_OP], "Operations": operations}}

    answer = send(scim, changing, {"method": "DELETE", "path": "/Users/nobody"})

    assert statuses(answer) == ["200", "404"]
    assert scim.get(f"/Users/{one}").json["addresses"] == [{"type": "home", "locality": "Chennai"}]


def test_a_reference_that_is_written_with_escapes_is_one(scim):
    raw = dumps({"schemas": [BULK], "Operations": [
        post("crew", group("Crew", "bulkId:ann"), "/Groups"), post("ann", person("Ann", "Lee")),
    ]}).replace("bulkId:ann", "bulk\\u0049d\\u003aann")  # fmt: skip

    answer = scim.post("/Bulk", raw)

    assert statuses(answer) == ["201", "201"]
    crew, ann = answer.json["Operations"]
    assert [each["value"] for each in scim.get(f"/Groups/{id_in(crew)}").json["members"]] == [id_in(ann)]

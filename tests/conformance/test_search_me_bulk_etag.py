""".search, /Me, Bulk and versions (R-150 … R-167)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.conformance.elsewhere import at
from tests.scim_api.bodies import (
    ENTERPRISE,
    ERROR,
    LIST,
    PATCH_OP,
    SEARCH,
    assert_error,
    create,
    group,
    id_in,
    person,
)
from tests.support.databases import only_sqlite

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
TITLE = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": "Chef"}]}


def bulk(scim, *operations, **more):
    """The answers to the operations of one request."""
    answer = scim.post("/Bulk", {"schemas": [BULK], "Operations": list(operations)} | more)
    assert answer.status_code == 200, answer.text
    assert answer.json["schemas"] == [BULK_RESPONSE]
    return answer.json["Operations"]


def new(bulk_id, data, path="/Users"):
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}


def test_R_150_search_is_the_list_by_post(scim):
    """POST to .search of the root, Users and Groups takes every parameter of a list and answers the same."""
    people = [create(scim, person(f"P{number}", title="Cook")) for number in range(3)]
    create(scim, group("Team", people[0]["id"]), "/Groups")
    query = {
        "filter": 'not (displayName sw "P1")',
        "sortBy": "displayName",
        "sortOrder": "descending",
        "startIndex": 2,
        "count": 2,
    }

    for path in ("", "/Users", "/Groups"):
        for projection in ({}, {"attributes": "displayName"}, {"excludedAttributes": "meta"}):
            listed = {name: text.split(",") for name, text in projection.items()}
            answer = scim.post(f"{path}/.search", {"schemas": [SEARCH]} | query | listed)
            assert (answer.status_code, answer.json["schemas"]) == (200, [LIST])
            assert answer.json == scim.get(path, **query, **projection).json


def test_R_151_me_is_for_people(scim, page, account):
    """/Me is 501 for a token; for a person who is signed in it is their own resource with its real address."""
    for method in ("GET", "PUT", "PATCH", "DELETE", "POST"):
        assert_error(scim.open(method, "/Me", None if method == "GET" else {}), 501)
    answer = page.visitor.open(f"/scim/{account.id}/v2/Me")
    assert answer.status_code == 200
    assert answer.json["id"] == account.owner.scim_id
    assert answer.headers["Location"] == f"{scim.base_url}/Users/{answer.json['id']}"


@only_sqlite
def test_R_155_the_shape_of_bulk(scim):
    """A BulkRequest is answered with a BulkResponse; a POST needs a bulkId, which comes back with the new location."""
    known = create(scim, person())["id"]
    made, changed, gone = bulk(
        scim, new("a", person()), {"method": "PATCH", "path": f"/Users/{known}", "data": TITLE},
        {"method": "DELETE", "path": f"/Users/{known}"},
    )  # fmt: skip

    assert (made["bulkId"], made["status"], changed["status"], gone["status"]) == ("a", "201", "200", "204")
    assert at(scim, "/scim/" + made["location"].partition("/scim/")[2]).json["id"] == id_in(made)
    [refused] = bulk(scim, {"method": "POST", "path": "/Users", "data": person()})
    assert refused["response"]["scimType"] == "invalidSyntax"
    for body in ({"Operations": [new("a", person())]}, {"schemas": [BULK]}, {"schemas": [BULK], "Operations": []}):
        assert_error(scim.post("/Bulk", body), 400, "invalidSyntax")


@only_sqlite
def test_R_156_each_operation_has_its_answer(scim):
    """An answer has method, location (but for a failed POST), status as text, version, and the error where it failed."""
    known = create(scim, person())
    made, failed, missing = bulk(
        scim, new("a", person()), new("b", person(userName=known["userName"])),
        {"method": "PUT", "path": "/Users/nobody", "data": person()},
    )  # fmt: skip

    assert made.keys() == {"method", "bulkId", "version", "location", "status"}
    assert made["version"] == scim.get(f"/Users/{id_in(made)}").headers["ETag"]
    assert failed.keys() == {"method", "bulkId", "status", "response"}
    assert (failed["status"], failed["response"]["scimType"]) == ("409", "uniqueness")
    assert (missing["status"], missing["location"]) == ("404", f"{scim.base_url}/Users/nobody")
    for answer in (failed, missing):
        assert answer["response"]["schemas"] == [ERROR]
        assert answer["response"]["status"] == answer["status"]


@only_sqlite
def test_R_157_bulk_goes_on_until_it_is_told_to_stop(scim):
    """The answer is 200 whatever failed; operations go on until failOnErrors of them have failed."""
    bad = {"method": "DELETE", "path": "/Users/nobody"}

    assert [item["status"] for item in bulk(scim, bad, bad, new("a", person()))] == ["404", "404", "201"]
    stopped = bulk(scim, new("a", person()), bad, bad, new("b", person()), failOnErrors=2)
    assert [item["status"] for item in stopped] == ["201", "404", "404"]


def test_R_158_bulk_ids_stand_for_ids(scim):
    """bulkId:x in members, manager and paths becomes the id that x was given, whatever comes first."""
    team, boss, made, renamed = bulk(
        scim,
        new("team", group("Team", "bulkId:ann"), "/Groups"),
        new("boss", person("Bo", "Boss")),
        new("ann", person() | {ENTERPRISE: {"manager": {"value": "bulkId:boss"}}}),
        {"method": "PATCH", "path": "/Users/bulkId:ann", "data": TITLE},
    )

    assert [item["status"] for item in (team, boss, made, renamed)] == ["201", "201", "201", "200"]
    shown = scim.get(f"/Users/{id_in(made)}").json
    assert shown[ENTERPRISE]["manager"]["value"] == id_in(boss)
    assert shown["title"] == "Chef"
    assert [item["value"] for item in shown["groups"]] == [id_in(team)]
    [refused] = bulk(scim, {"method": "PATCH", "path": "/Users/bulkId:nobody", "data": TITLE})
    assert refused["status"] == "400"


def test_R_159_circles_are_tried(scim):
    """People may be each other's managers in one request; groups that contain each other are 409, and one is not kept."""
    ann, bob = bulk(
        scim, new("a", person() | {ENTERPRISE: {"manager": {"value": "bulkId:b"}}}),
        new("b", person() | {ENTERPRISE: {"manager": {"value": "bulkId:a"}}}),
    )  # fmt: skip
    assert ann["status"] == bob["status"] == "201"
    assert scim.get(f"/Users/{id_in(ann)}").json[ENTERPRISE]["manager"]["value"] == id_in(bob)
    assert scim.get(f"/Users/{id_in(bob)}").json[ENTERPRISE]["manager"]["value"] == id_in(ann)

    results = bulk(scim, new("x", group("X", "bulkId:y"), "/Groups"), new("y", group("Y", "bulkId:x"), "/Groups"))
    assert sorted(item["status"] for item in results) == ["201", "409"]
    assert scim.get("/Groups").json["totalResults"] == 1


@only_sqlite
def test_R_160_bulk_limits_are_published_and_kept(scim):
    """maxOperations and maxPayloadSize are published; beyond either the answer is 413 and names the limit."""
    limits = scim.get("/ServiceProviderConfig").json["bulk"]
    operation = {"method": "DELETE", "path": "/Users/x"}
    many = {"schemas": [BULK], "Operations": [operation] * (limits["maxOperations"] + 1)}

    assert_error(scim.post("/Bulk", many), 413, says=str(limits["maxOperations"]))
    assert_error(scim.post("/Bulk", b" " * (limits["maxPayloadSize"] + 1)), 413, says="1,048,576")


@only_sqlite
def test_R_161_order_does_not_change_the_result(scim):
    """References are carried out first, everything else in its order, and the answers stand in the order of the request."""
    known = create(scim, person())["id"]

    def titled(title):
        data = {"schemas": [PATCH_OP], "Operations": [{"op": "replace", "path": "title", "value": title}]}
        return {"method": "PATCH", "path": f"/Users/{known}", "data": data}

    results = bulk(
        scim, titled("A"), new("team", group("T", "bulkId:late"), "/Groups"), titled("B"), new("late", person())
    )

    assert [item["method"] for item in results] == ["PATCH", "POST", "PATCH", "POST"]
    assert [item.get("bulkId") for item in results] == [None, "team", None, "late"]
    assert scim.get(f"/Users/{known}").json["title"] == "B"


@only_sqlite
def test_R_162_every_operation_is_accounted_for(scim):
    """Every operation that was carried out has an answer; one that failed says why, and which it was."""
    results = bulk(
        scim, new("a", {"schemas": []}), {"method": "FLY", "path": "/Users"}, {"method": "PUT", "path": "Users/x", "data": {}},
        "nonsense", new("b", person()),
    )  # fmt: skip

    assert [item["status"] for item in results] == ["400", "400", "400", "400", "201"]
    for place, item in enumerate(results, 1):
        if item["status"] != "201":
            assert f"operation {place}" in item["response"]["detail"]


def test_R_165_versions_are_told(scim):
    """ETag is in the header of every answer with one resource and in meta.version, and changes with the resource."""
    answer = scim.post("/Users", person())
    path = f"/Users/{answer.json['id']}"
    changed = scim.patch(path, replace={"title": "Chef"})

    for shown in (answer, scim.get(path), changed):
        assert shown.headers["ETag"] == shown.json["meta"]["version"]
    assert changed.headers["ETag"] != answer.headers["ETag"]
    assert all(item["meta"]["version"] for item in scim.get("").json["Resources"])


@only_sqlite
def test_R_166_a_known_version_is_not_sent_again(scim):
    """GET and HEAD with If-None-Match of the current version are 304 without a body; lists of tags and * work."""
    answer = scim.post("/Users", person())
    path, tag = f"/Users/{answer.json['id']}", answer.headers["ETag"]

    for known in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
        shown = scim.get(path, headers={"If-None-Match": known})
        assert (shown.status_code, shown.data, shown.headers["ETag"]) == (304, b"", tag)
    assert scim.open("HEAD", path, headers={"If-None-Match": tag}).status_code == 304
    assert scim.get(path, headers={"If-None-Match": '"other"'}).json == answer.json


def test_R_167_a_stale_version_changes_nothing(scim):
    """If-Match on PUT, PATCH and DELETE, and version in Bulk, are 412 when stale; the current tag, lists and * pass."""
    made = create(scim, person())
    path, old = f"/Users/{made['id']}", made["meta"]["version"]
    tag = scim.patch(path, replace={"title": "Cook"}, headers={"If-Match": old}).headers["ETag"]
    before = scim.get(path).json

    for stale in (old, '"nobody"', f'{old}, "x"'):
        assert_error(scim.put(path, made, headers={"If-Match": stale}), 412)
        assert_error(scim.patch(path, replace={"title": "x"}, headers={"If-Match": stale}), 412)
        assert_error(scim.delete(path, headers={"If-Match": stale}), 412)
        [refused] = bulk(scim, {"method": "PATCH", "path": path, "data": TITLE, "version": stale})
        assert refused["status"] == "412"
    assert scim.get(path).json == before
    assert scim.patch(path, replace={"title": "A"}, headers={"If-Match": f'"x", {tag}'}).status_code == 200
    assert scim.patch(path, replace={"title": "B"}, headers={"If-Match": "*"}).status_code == 200
    current = scim.get(path).headers["ETag"]
    [done] = bulk(scim, {"method": "DELETE", "path": path, "version": current})
    assert done["status"] == "204"

    made = create(scim, person())
    path, seen = f"/Users/{made['id']}", {"If-Match": made["meta"]["version"]}
    writers = [scim.with_token(scim.token) for _ in range(6)]  # that have all seen the same version
    start = Barrier(len(writers))

    def write(writer, number):
        start.wait()
        if number % 2:
            return writer.put(path, made | {"title": f"v{number}"}, headers=seen).status_code
        return writer.patch(path, replace={"title": f"v{number}"}, headers=seen).status_code

    with ThreadPoolExecutor(len(writers)) as pool:
        assert sorted(pool.map(write, writers, range(len(writers)))) == [200] + [412] * 5
    assert scim.get(path).json["title"].startswith("v")

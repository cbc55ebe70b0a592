"""What SCIM calls leave in the provisioning log: every one of them, with what came of it."""

import io

import orjson
import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.erasure import erasure
from scimapp.directory.people import named_people, users
from scimapp.scim_api.calls.call_operations import written_by
from tests.scim_api.bodies import CORE, SEARCH, create, extension, group, person
from tests.support.databases import on_both

from .kept_calls import bodies, last, logged


@on_both
def test_a_call_is_kept_with_its_facts(scim, account):
    made = scim.post("/Users", person("Ana", "Ruiz"), headers={"User-Agent": "Okta SCIM Client 1.0.0"})

    call = last(account)
    assert (call.method, call.path, call.operation, call.status, call.result) == (
        "POST",
        "/Users",
        "create",
        201,
        "answered",
    )
    assert (call.token_label, call.provider, call.token_hint) == ("Test okta", "okta", scim.token[-4:])
    assert (call.target_kind, call.target_label) == ("person", "Ana Ruiz")
    assert call.target_id == named_people.named_by(account.scope, [made.json["userName"]])[made.json["userName"]].id
    assert call.request_id == made.headers["X-Request-ID"]
    assert call.agent == "Okta SCIM Client 1.0.0"
    assert call.address.startswith("198.51.")
    assert call.times == 1
    assert orjson.loads(bodies(account, call).answer) == made.json


@on_both
@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "cause"),
    [
        ("GET", "/nothing/here", None, {}, 404, "url"),
        ("GET", "/Users/nobody", None, {}, 404, "not_found"),
        ("GET", "/Schemas/urn:none", None, {}, 404, "not_found"),
        ("PUT", "/Users", {}, {}, 405, "method"),
        ("POST", "/Users", b"x" * (1024 * 1024 + 1), {}, 413, "too_large"),
        ("POST", "/Users", "<user/>", {"Content-Type": "text/xml"}, 415, "media"),
        ("POST", "/Users", "{", {}, 400, "syntax"),
        ("POST", "/Users", {"schemas": [CORE]}, {}, 400, "value"),
        ("GET", "/Users?filter=userName+xx+%22a%22", None, {}, 400, "filter"),
        ("GET", "/Me", None, {}, 501, "not_offered"),
        ("GET", "/Schemas", None, {}, 200, None),
        ("GET", "/ServiceProviderConfig", None, {}, 200, None),
        ("GET", "/Users", None, {"Authorization": "Bearer x"}, 401, "unknown_token"),
        ("GET", "/nothing/here", None, {"Authorization": "Basic eDp5"}, 401, "no_token"),
        ("POST", "/Bulk", {"schemas": []}, {}, 400, "syntax"),
    ],
)  # fmt: skip
def test_every_call_is_kept_whatever_came_of_it(scim, account, method, path, body, headers, status, cause):
    answer = scim.open(method, path, body, headers)

    call = last(account)
    assert answer.status_code == status, answer.text
    assert (call.method, call.status, call.cause) == (method, status, cause)
    assert call.result == ("failed" if status >= 400 else "answered")


def test_a_chunked_body_that_is_too_large_is_kept_with_what_came_of_it(scim, account):
    scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        input_stream=io.BytesIO(b"x" * (1024 * 1024 + 1)),
        headers={"Authorization": f"Bearer {scim.token}", "Transfer-Encoding": "chunked"},
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert last(account).facts["bytes"] == 1024 * 1024


@on_both
def test_a_body_that_states_more_bytes_than_numbers_can_tell_is_kept(scim, account):
    scim._visitor.open(
        f"{scim.base_path}/Users",
        method="POST",
        headers={"Authorization": f"Bearer {scim.token}"},
        environ_overrides={"CONTENT_LENGTH": "9" * 20},
    )

    call = last(account)
    assert (call.status, call.cause, call.facts["bytes"]) == (413, "too_large", 2**53)


def test_a_filter_says_where_it_went_wrong(scim, account):
    scim.get("/Users", filter='userName eq "ana" und title pr')

    call = last(account)
    assert call.cause == "filter"
    assert call.path[call.facts["at"] :].startswith("und")


def test_searches_name_what_they_looked_for_and_whom_they_found(scim, account):
    made = create(scim, person("Ana", "Ruiz", userName="ana.ruiz@acme.example"))
    scim.get("/Users", filter='userName eq "ana.ruiz@acme.example"')
    scim.get("/Users", filter='userName eq "zoe@acme.example"')
    scim.post("/Users/.search", {"schemas": [SEARCH], "filter": 'displayName eq "nobody"'})

    post, missed, found, created = logged(account)[:4]
    assert (found.operation, found.target_label, found.target_id) == ("find", "Ana Ruiz", created.target_id)
    assert (missed.target_label, missed.target_id, missed.facts["total"]) == ("zoe@acme.example", None, 0)
    assert (post.operation, post.facts["sought"]) == ("find", "nobody")
    assert made["displayName"] == created.target_label


def test_what_was_looked_for_may_hold_what_parts_parameters(scim, account):
    for query in ({}, {"startIndex": 1}):
        scim.get("/Groups", filter='displayName eq "R&D"', **query)

        assert last(account).facts["sought"] == "R&D"


@pytest.mark.parametrize("value", [False, "False", ["false"], [{"$ref": None, "value": "False"}]])
def test_a_person_is_switched_off_in_every_form_that_is_read(value):
    sent = {"Operations": [{"op": "Replace", "path": "active", "value": value}]}

    assert written_by("PATCH", "person", sent) == "deactivate"


def test_the_log_and_the_audit_log_tell_the_same_story(scim, account):
    made = create(scim, person("Ana", "Ruiz"))
    scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer", "nickName": "Annie"})
    scim.patch(f"/Users/{made['id']}", replace={"title": "Buyer"})
    scim.put(f"/Users/{made['id']}", person("Ana", "Ruiz", userName=made["userName"], active=False))
    team = create(scim, group("Field Sales", made["id"], "nobody", "no one"), "/Groups")
    scim.delete(f"/Groups/{team['id']}")
    scim.delete(f"/Users/{made['id']}")

    gone, removed, pushed, off, idle, updated, created = logged(account)[:7]
    assert (created.operation, created.facts["did"]) == ("create", True)
    assert updated.facts["fields"] == ["title", "nickName"]
    assert (idle.operation, "did" in idle.facts) == ("update", False)
    assert (off.operation, off.target_label) == ("deactivate", "Ana Ruiz")
    assert (pushed.result, pushed.cause, pushed.facts["added"]) == ("warned", "skipped", 1)
    assert pushed.warnings[0]["facts"] == {"ids": ["nobody", "no one"], "count": 2, "sent": 3}
    assert (removed.operation, removed.target_label, removed.target_id) == ("delete", "Field Sales", pushed.target_id)
    assert (gone.operation, gone.target_label) == ("delete", "Ana Ruiz")


def test_each_push_tells_its_own_numbers_when_another_came_before_the_log_was_written(scim, account):
    ana = create(scim, person("Ana", "Ruiz"))
    team = create(scim, group("Field Sales", "nobody", "no one"), "/Groups")
    members = [{"value": f"nobody {number}"} for number in range(25)] + [{"value": ana["id"]}]
    scim.patch(f"/Groups/{team['id']}", add={"members": members})
    scim.patch(f"/Groups/{team['id']}", add={"members": [{"value": "none"}]})

    told = [call.warnings[0]["facts"] for call in logged(account)[:3]]
    assert [(facts["count"], facts["sent"]) for facts in told] == [(1, 1), (25, 26), (2, 2)]


def test_a_resource_that_is_gone_when_the_log_is_written_keeps_the_name_it_had(scim, account):
    team = create(scim, group("Field Sales"), "/Groups")
    call_log.flush()
    scim.get(f"/Groups/{team['id']}")
    scim.get("/Groups", filter='displayName eq "Field Sales"')
    scim.delete(f"/Groups/{team['id']}")

    gone, found, read = logged(account)[:3]
    assert [call.target_label for call in (read, found, gone)] == ["Field Sales"] * 3
    assert read.target_key == "field sales"


def test_what_was_ignored_is_a_warning(scim, account):
    wrong = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
    scim.post("/Users", person("Ana", "Ruiz", **{wrong: {"site": "Leeds"}, "shoeSize": 42}))

    call = last(account)
    assert (call.result, call.cause, call.status) == ("warned", "namespace", 201)
    assert [warning["cause"] for warning in call.warnings] == ["namespace", "ignored"]
    assert call.warnings[0]["facts"]["urn"] == wrong

    scim.post("/Users", person("Eva", "Ruiz", **{"urn:o'hara:1:User": {"site": "Leeds"}}))
    assert last(account).warnings[0]["facts"]["urn"] == "urn:o'hara:1:User"


def test_a_value_of_the_wrong_type_is_named_with_its_field(scim, account, make_field):
    make_field("badge", "integer")
    answer = scim.post("/Users", person("Ana", **{extension(account): {"badge": "118A"}}))

    call = last(account)
    assert answer.status_code == 400
    assert (call.cause, call.facts["attribute"].rpartition(":")[2], call.facts["value"]) == ("value", "badge", "118A")


def test_whoever_has_the_value_already_is_known(scim, account, make_user):
    holder = make_user(email="ana@acme.example", given_name="Ana", family_name="Ruiz")
    scim.post("/Users", person("Ana", "Ruiz", userName="ana@acme.example"))

    facts = last(account).facts
    assert (facts["holder"], facts["holder_id"], facts["value"]) == ("Ana Ruiz", holder.id, "ana@acme.example")


def test_no_refusal_goes_on_naming_an_erased_person_as_the_holder(scim, account, scope, make_user):
    holder = make_user(email="ana@acme.example", given_name="Ana", family_name="Ruiz")
    scim.post("/Users", person("Bo", "Berg", userName="bo@acme.example", emails=[{"value": "ana@acme.example"}]))
    assert last(account).facts["holder_id"] == holder.id

    users.deactivate(scope, holder.id)
    erasure.erase(scope, holder.id)

    refused = last(account)
    assert (refused.cause, refused.facts, refused.detail) == ("taken", {}, None)


@on_both
def test_no_search_goes_on_naming_an_erased_person(scim, account, scope, make_user):
    ana = make_user(email="ana@acme.example")
    assert scim.get("/Users", filter='userName eq "ana@acme.example"').json["totalResults"] == 1
    assert "ana@acme.example" in last(account).path

    users.deactivate(scope, ana.id)
    erasure.erase(scope, ana.id)

    assert last(account).path == "/Users"


def test_a_call_that_begins_after_somebody_was_erased_is_logged_as_ever(scim, account, scope, make_user, clock):
    erasure.erase(scope, make_user(state="inactive").id)
    clock.advance(seconds=0.02)

    scim.get("/Users", filter='userName eq "bo@acme.example"')

    assert "bo@acme.example" in last(account).path


def test_a_bulk_request_says_how_many_operations_were_refused(scim, account):
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": person("Ana", password="hush-hush-bulk")},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [CORE]}},
    ]
    scim.post("/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations})

    call = last(account)
    assert (call.operation, call.result, call.cause) == ("bulk", "warned", "bulk")
    assert (call.facts["operations"], call.facts["failed"]) == (2, 1)

"""A directory that deactivates too many people at once is asked to wait, where the account wants to be asked."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.calls import call_log, call_search
from scimapp.directory.connection import deactivation_guard
from scimapp.directory.people import users
from tests.scim_api.bodies import assert_error

ALLOWED = deactivation_guard.ALWAYS_ALLOWED
WAYS = {
    "patch": lambda scim, id: scim.patch(f"/Users/{id}", replace={"active": False}),
    "put": lambda scim, id: scim.put(f"/Users/{id}", {"userName": f"{id}@corp.example", "active": False}),
    "delete": lambda scim, id: scim.delete(f"/Users/{id}"),
}


@pytest.fixture
def people(scope, make_user):
    accounts.change_options(scope, stop_deactivations=True)
    return [make_user(state="invited") for _ in range(ALLOWED + 3)]


@pytest.mark.parametrize("way", WAYS)
def test_over_the_limit_it_is_503_with_a_time_to_try_again(account, scope, people, way):
    scim = account.scim("generic")
    for person in people[:ALLOWED]:
        assert WAYS[way](scim, person.scim_id).status_code in (200, 204)

    refused = WAYS[way](scim, people[-1].scim_id)

    assert_error(refused, 503)
    assert refused.headers["Retry-After"] == "900"
    assert "An administrator was asked; nothing is lost" in refused.json["detail"]
    assert users.get(scope, people[-1].id).active


def test_everything_else_goes_on(scim, people):
    for person in people:
        scim.patch(f"/Users/{person.scim_id}", replace={"active": False})

    assert scim.get(f"/Users/{people[-1].scim_id}").json["active"] is True
    assert scim.patch(f"/Users/{people[-1].scim_id}", replace={"title": "Chef"}).status_code == 200
    assert scim.patch(f"/Users/{people[0].scim_id}", replace={"active": True}).status_code == 200
    assert scim.post("/Users", {"userName": "new@corp.example"}).status_code == 201


def test_they_go_through_at_the_next_try_after_somebody_said_so(scim, scope, people):
    for person in people:
        scim.patch(f"/Users/{person.scim_id}", replace={"active": False})

    deactivation_guard.let_through(scope, deactivation_guard.runs(scope)[0].token.id)

    for person in people[ALLOWED:]:
        assert scim.patch(f"/Users/{person.scim_id}", replace={"active": False}).json["active"] is False


def test_the_log_knows_who_waits_however_often_it_was_tried(scim, scope, people):
    for person in people * 2:
        scim.patch(f"/Users/{person.scim_id}", replace={"active": False})
    call_log.flush()

    assert deactivation_guard.runs(scope)[0].waiting == 3
    refused = call_search.find(scope, call_search.CallSearch(result="failed")).items
    assert {(call.status, call.cause) for call in refused} == {(503, "stopped")}


def test_without_the_option_nothing_is_stopped(scim, scope, people):
    accounts.change_options(scope, stop_deactivations=False)

    answers = [scim.patch(f"/Users/{person.scim_id}", replace={"active": False}) for person in people]

    assert {answer.status_code for answer in answers} == {200}


def test_in_a_small_account_ten_may_always_go(scim, people):
    answers = [scim.patch(f"/Users/{person.scim_id}", replace={"active": False}) for person in people[:ALLOWED]]

    assert {answer.status_code for answer in answers} == {200}


def test_counting_costs_a_deactivation_little(scim, scope, people, statements):
    scim.patch(f"/Users/{people[0].scim_id}", replace={"active": False})
    with statements() as log:
        scim.patch(f"/Users/{people[1].scim_id}", replace={"active": False})

    assert sum("deactivation_guards" in statement for statement in log) == 2


def test_operations_of_a_bulk_request_are_stopped_one_by_one(account, people):
    operations = [
        {"method": "PATCH", "path": f"/Users/{person.scim_id}", "data": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "active", "value": False}],
        }}
        for person in people
    ]  # fmt: skip

    answer = account.scim("generic").post("/Bulk", {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations,
    })  # fmt: skip

    assert [done["status"] for done in answer.json["Operations"]] == ["200"] * ALLOWED + ["503"] * 3

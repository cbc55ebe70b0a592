"""What the provisioning log bears: floods become few rows, and neither too little room nor an odd request fails a call."""

import orjson
import pytest

from scimapp.directory.calls import call_buffer, call_log, call_pulse
from scimapp.directory.connection import connection
from scimapp.directory.scope import server_scope
from tests.scim_api.bodies import CORE, person

from .kept_calls import bodies, last, logged


def test_a_flood_without_a_token_becomes_a_few_rows_that_say_how_often(scim, account):
    stranger = scim.with_token(None)
    for number in range(60):
        stranger.get(f"/Users/{number}")

    calls = logged(account)
    assert len(calls) == call_buffer.KEPT_SINGLY + 1
    assert sum(call.times for call in calls) == 60
    assert calls[0].times == 60 - call_buffer.KEPT_SINGLY
    hours = call_pulse.hours(server_scope(account.id), 1)
    assert sum(hour.failed for hour in hours) == 60


def test_a_flood_that_goes_on_is_told_again_after_its_window(scim, account, clock):
    stranger = scim.with_token("x" * 53)
    for _ in range(10):
        stranger.get("/Users")
    call_log.flush(settle=False)
    clock.advance(minutes=11)
    for _ in range(10):
        stranger.get("/Users")

    assert [call.times for call in logged(account)] == [5, 1, 1, 1, 1, 1, 5, 1, 1, 1, 1, 1]


def test_a_flood_on_invented_accounts_pushes_no_real_call_out(scim, account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY", 40)
    monkeypatch.setattr(call_buffer, "KEPT_SINGLY_IN_ALL", 20)
    scim.get("/Users")
    client = scim._visitor
    for number in range(200):
        client.open(f"/scim/Nobody{number}/v2/Users")

    (call,) = logged(account)
    assert call.status == 200


def test_calls_that_meet_a_pause_become_a_few_rows_for_each_token(scim, account, scope):
    connection.pause(scope)
    for number in range(20):
        scim.get(f"/Users/{number}")
        scim.put(f"/Users/{number}", person())
    other = account.scim("entra")
    other.get("/Users")
    connection.resume(scope)
    scim.get("/Users")

    calls = logged(account)
    assert [call.times for call in calls if call.cause == "paused"] == [40 - call_buffer.KEPT_SINGLY, *[1] * 6]
    assert len(calls) == 8


def test_calls_of_a_working_token_are_never_folded(scim, account):
    for _ in range(30):
        scim.get("/Users/nobody")

    assert len(logged(account)) == 30


def test_a_log_that_cannot_be_kept_fails_no_call(scim, account, monkeypatch):
    def broken(_buffer, _record):
        raise RuntimeError("no room at all")

    monkeypatch.setattr(call_buffer.CallBuffer, "put", broken)

    assert scim.post("/Users", person("Ana")).status_code == 201
    assert logged(account) == []


def test_large_bodies_leave_facts_alone_when_the_buffer_is_full(scim, account, monkeypatch):
    monkeypatch.setattr(call_buffer, "CAPACITY_BYTES", 10)
    scim.post("/Users", person("Ana", "Ruiz"))

    call = last(account)
    assert (call.status, call.operation) == (201, "create")
    assert bodies(account, call) is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"userName": "\xff\xfe"}',
        b"[" * 5000,
        b'[{"userName": "a"}]',
        b'"text"',
        b"null",
        orjson.dumps({"userName": "a\0b", "name": {"givenName": "\0", "familyName": "\u202e"}}),
        orjson.dumps({"Operations": "x", "name": [], "displayName": {"a": 1}, "active": []}),
        orjson.dumps({"Operations": [[], 1, {"value": [], "path": 7}], "members": {"a": "b"}}),
        b'{"schemas":["' + CORE.encode() + b'"],"a":' + b"[" * 900 + b"]" * 900 + b"}",
        b"",
    ],
)
@pytest.mark.parametrize(
    "path", ["/Users", "/Users/a%00b", "/Groups/x?filter=%00%ff&count=1", "/Users/.search", "/" + "x" * 3000]
)
def test_odd_requests_are_kept_like_any_other(scim, account, path, body):
    scim.post(path, body)
    scim.patch(path, body=body)
    scim.get("/Users")

    calls = logged(account)
    assert len(calls) == 3
    assert all(len(call.path) <= 500 for call in calls)


def test_no_name_turns_a_line_round(scim, account):
    scim.post("/Users", {"schemas": [CORE], "name": {"givenName": "Ana\u202e", "familyName": "\u2066Ruiz\n\tNeu"}})

    call = last(account)
    assert call.target_label == "Ana\\u202e \\u2066Ruiz Neu"
    assert "\u202e" not in bodies(account, call).request

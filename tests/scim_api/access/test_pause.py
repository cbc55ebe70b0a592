"""A paused account asks every client to wait; two tokens of a rotation answer side by side."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import connection, scim_tokens, token_changes
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.scim_api.bodies import assert_error
from tests.support.databases import on_both


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/Users"), ("POST", "/Users"), ("PATCH", "/Groups/x"), ("GET", "/Schemas"), ("GET", "/nothing/here")],
)
def test_every_call_is_asked_to_wait(scim, scope, method, path):
    connection.pause(scope)

    answer = scim.open(method, path, {} if method != "GET" else None)

    assert_error(answer, 503)
    assert "paused" in answer.json["detail"]
    assert answer.headers["Retry-After"] == "300"


def test_nothing_is_lost_and_resuming_acts_on_the_next_call(scim, scope, account):
    body = {"userName": "ann@corp.example", "name": {"givenName": "Ann"}}
    connection.pause(scope)
    assert scim.post("/Users", body).status_code == 503
    assert scim.get("/ServiceProviderConfig").status_code == 200

    connection.resume(scope)

    assert scim.post("/Users", body).status_code == 201


def test_a_wrong_token_learns_nothing_of_a_pause(scim, scope):
    connection.pause(scope)

    assert_error(scim.with_token(None).get("/Users"), 401)
    assert_error(scim.with_token("x" * 53).get("/Users"), 401)


def test_another_account_goes_on(scope, other_account):
    connection.pause(scope)

    assert other_account.scim().get("/Users").status_code == 200


@on_both
def test_both_tokens_of_a_rotation_see_the_same_people(account, scope):
    first = account.scim("okta")
    made = first.post("/Users", {"userName": "ann@corp.example", "externalId": "00u1"}).json
    old = scim_tokens.list_tokens(scope)[0]

    _, secret = token_changes.rotate(scope, old.id, "day")

    second = first.with_token(secret)
    assert first.get(f"/Users/{made['id']}").json["externalId"] == "00u1"
    assert second.get(f"/Users/{made['id']}").json["externalId"] == "00u1"
    scim_tokens.revoke(scope, old.id)
    assert_error(first.get("/Users"), 401)
    assert second.get("/Users").status_code == 200


@on_both
def test_a_token_whose_maker_lost_the_role_goes_on_with_members(account, scope, make_user):
    maker = make_user(role="super_admin")
    _, secret = scim_tokens.generate(person_scope(maker), "Okta", "okta", activate=True)
    scim = account.scim().with_token(secret)
    admin, member = make_user(role="user_admin"), make_user()
    users.update(scope, maker.id, UserChanges(role=Role.MEMBER))

    refused = scim.patch(f"/Users/{admin.scim_id}", replace={"active": False})

    assert_error(refused, 403)
    assert "maker of this token is a Member" in refused.json["detail"]
    assert scim.patch(f"/Users/{member.scim_id}", replace={"active": False}).status_code == 200

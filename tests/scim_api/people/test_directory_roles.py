"""``roles`` in what a directory sends: kept and shown always, obeyed only where the account lets it."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.connection import scim_tokens
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from tests.support.databases import on_both

ROLES = [{"value": "User Admin", "primary": True}]


def body(**more):
    return {"userName": "dee@corp.example", "name": {"givenName": "Dee"}, **more}


@pytest.fixture
def on(scope):
    accounts.change_options(scope, directory_roles="user_admin")


def test_by_default_they_are_kept_and_give_nothing(scim, scope):
    made = scim.post("/Users", body(roles=ROLES)).json

    assert made["roles"] == ROLES
    assert users.get(scope, made["id"]).role == "member"


@pytest.mark.parametrize("operation", [
    {"op": "replace", "path": "roles", "value": ROLES},
    {"op": "add", "value": {"roles": ROLES}},
    {"op": "add", "path": "roles", "value": ROLES},
])  # fmt: skip
def test_a_patch_gives_the_role_and_takes_it_away(on, scim, scope, operation):
    made = scim.post("/Users", body()).json

    assert scim.patch(f"/Users/{made['id']}", operation).status_code == 200
    assert users.get(scope, made["id"]).role == "user_admin"

    assert scim.patch(f"/Users/{made['id']}", {"op": "remove", "path": "roles"}).status_code == 200
    assert users.get(scope, made["id"]).role == "member"


def test_a_put_without_roles_takes_it_away(on, scim, scope):
    made = scim.post("/Users", body(roles=ROLES)).json
    assert users.get(scope, made["id"]).role == "user_admin"

    scim.put(f"/Users/{made['id']}", body())

    assert users.get(scope, made["id"]).role == "member"


@on_both
def test_somebody_who_returns_has_what_the_directory_says_now(on, scim, scope):
    made = scim.post("/Users", body(roles=ROLES)).json
    scim.delete(f"/Users/{made['id']}")

    again = scim.post("/Users", body(roles=ROLES)).json

    assert scim.get(f"/Users/{again['id']}").status_code == 200
    assert users.get(scope, made["id"]).role == "user_admin"


@pytest.mark.parametrize("value", ["Super Admin", "super_admin", "Account Owner", "owner"])
def test_stronger_roles_are_never_given(on, scim, scope, value):
    made = scim.post("/Users", body(roles=[{"value": value}])).json

    assert users.get(scope, made["id"]).role == "member"


def test_a_token_made_by_a_user_admin_gives_user_admin_and_reaches_nobody_stronger(on, account, scope, make_user):
    _, secret = scim_tokens.generate(person_scope(make_user(role="user_admin")), "Okta", "okta", activate=True)
    scim = account.scim("okta").with_token(secret)
    strong = make_user(role="super_admin")

    made = scim.post("/Users", body(roles=ROLES)).json
    scim.patch(f"/Users/{strong.scim_id}", replace={"roles": ROLES})

    assert users.get(scope, made["id"]).role == "user_admin"
    assert users.get(scope, strong.id).role == "super_admin"


def test_the_same_put_twice_changes_nothing(on, scim):
    made = scim.post("/Users", body(roles=ROLES)).json
    before = scim.get(f"/Users/{made['id']}").headers["ETag"]

    assert scim.put(f"/Users/{made['id']}", body(roles=ROLES)).headers["ETag"] == before

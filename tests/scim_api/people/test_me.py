"""/Me is the signed-in person; a token is nobody in particular (RFC 7644 §3.11)."""

import pytest

from tests.scim_api.bodies import assert_error, extension
from tests.support.databases import on_both


def own(page, account, **arguments):
    return page.visitor.open(f"/scim/{account.id}/v2/Me", **arguments)


def test_a_signed_in_person_reads_their_own_resource(page, account, scim):
    answer = own(page, account)

    assert answer.status_code == 200
    assert answer.content_type == "application/scim+json"
    assert answer.json["userName"] == account.owner.user_name
    assert answer.headers["Location"] == answer.json["meta"]["location"] == f"{scim.base_url}/Users/{answer.json['id']}"
    assert answer.json == scim.get(f"/Users/{answer.json['id']}").json
    assert set(own(page, account, query_string={"attributes": "userName"}).json) == {"schemas", "id", "userName"}


@on_both
def test_fields_for_administrators_are_not_shown_to_members(account, make_user, make_field, scim, sign_in_as):
    make_field("salary", admins_only=True)
    make_field("site")
    member, admin = make_user(), make_user("user_admin")
    for user in (member, admin):
        scim.patch(f"/Users/{user.scim_id}", replace={extension(account): {"salary": "12", "site": "Lyon"}})

    assert own(sign_in_as(member), account).json[extension(account)] == {"site": "Lyon"}
    assert own(sign_in_as(admin), account).json[extension(account)] == {"salary": "12", "site": "Lyon"}
    scim.patch(f"/Users/{member.scim_id}", replace={extension(account): {"site": None}})
    assert extension(account) not in own(sign_in_as(member), account).json["schemas"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_token_is_told_that_it_is_nobody(scim, method):
    assert_error(scim.open(method, "/Me", {}), 501, None, "nobody in particular")


def test_strangers_and_people_of_other_accounts_are_not_let_in(page, visitor, account, make_account):
    assert_error(own(page, make_account()), 401)
    answer = visitor.visitor.open(f"/scim/{account.id}/v2/Me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("method, path", [("POST", "/Me"), ("PATCH", "/Me"), ("DELETE", "/Me"), ("GET", "/Users")])
def test_a_session_opens_nothing_else(page, account, method, path):
    answer = page.visitor.open(f"/scim/{account.id}/v2{path}", method=method, json={})

    assert answer.status_code == 401


@on_both
def test_looking_at_oneself_is_no_call_in_the_log(page, account):
    own(page, account)

    assert "No calls yet" in page("/provisioning/log").text

"""Other spellings of an address, other methods and other headers lead to nothing else (security T12, I1, I8, H20, O11, L3)."""

import pytest
from argon2 import PasswordHasher
from flask import request
from sqlalchemy import update

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.model import User
from tests.scim_api.bodies import CORE, create, extension, person
from tests.support.doors import Screens
from tests.support.people import PASSWORD

SPELLINGS = (
    "/scim/{0}/v2/Users", "/scim/{0}/v2//Users", "/scim/{0}/v2/%55sers", "/scim/{0}/v2/users", "/scim/{0}/v2/USERS",
    "/scim/{0}/v2/./Users", "/scim/{0}/v2/x/../Users", "/scim/{0}/v2/%2e%2e/v2/Users", "/scim/{0}/v2/Users/", "/scim/{0}/v2/Users;x=1",
    "/scim/{0}/v2/Users.json", "/scim/{0}/v2/Users%00", "/scim/{0}/v2/Users%2f", "/scim/{0}/v2/Users%20", "//scim/{0}/v2/Users",
    "/SCIM/{0}/v2/Users", "/scim/{0}/V2/Users", "/%73cim/{0}/v2/Users", "/scim%2f{0}%2fv2%2fUsers", "/static/../scim/{0}/v2/Users",
    "/scim/{0}/v2/ServiceProviderConfig/../Users", "/scim/{0}/v2/ServiceProviderConfig%2f..%2fUsers", "/scim/{0}/Users", "/scim/v2/Users",
)  # fmt: skip
OVERRIDES = (
    {"X-HTTP-Method-Override": "DELETE"}, {"X-HTTP-Method": "DELETE"}, {"X-Method-Override": "DELETE"},
    {"X-Original-URL": "/users"}, {"X-Rewrite-URL": "/users"}, {"X-Forwarded-Prefix": "/users"},
    {"X-Forwarded-Host": "evil.example"}, {"X-Account-Id": "x"}, {"X-Forwarded-User": "owner"}, {"Remote-User": "owner"},
)  # fmt: skip


def test_no_spelling_of_a_path_gets_by_without_a_token(account, visitor, scim):
    for spelling in SPELLINGS:
        path = spelling.format(account.id)
        answer = visitor.visitor.open(path)
        assert answer.status_code in (308, 400, 401, 404), path
        assert account.owner.email not in answer.get_data(as_text=True), path
        if answer.status_code == 308:
            assert visitor.visitor.open(path, follow_redirects=True).status_code in (401, 404), path


def test_no_doubled_slash_leads_to_where_the_host_header_says(page):
    for path in ("/users//x", "/invitations//abc", "/static//css/tokens.css"):
        assert page.visitor.open(path, headers={"Host": "evil.example"}).status_code == 404, path


def test_no_header_chooses_the_method_the_path_or_the_account(account, other_account, scim, page, visitor):
    other, theirs = other_account.scim(), other_account.make_user(given_name="Quillfeather")
    for headers in (*OVERRIDES, {"X-Account-Id": other_account.id}, {"Host": "evil.example"}):
        assert scim.get(f"/Users/{account.owner.scim_id}", headers=headers).status_code == 200, headers
        assert scim.get(f"/Users/{theirs.scim_id}", headers=headers).status_code == 404, headers
        assert scim.with_token(None).get("/Users", headers=headers).status_code == 401, headers
        assert visitor.visitor.open("/users", headers=headers).status_code == 303, headers
        if "Host" not in headers:  # the browser would keep the cookie to itself
            asked = {"_method": "DELETE", "account": other_account.id}
            assert page.visitor.open("/me", headers=headers, query_string=asked).status_code == 200, headers
    assert other.get(f"/Users/{theirs.scim_id}").status_code == 200


def test_the_urn_of_another_account_selects_nothing(account, other_account, scim, make_field):
    for each in (account, other_account):
        each.make_field("badge", "text", label="Badge")
    theirs = extension(other_account)
    made = create(scim, person("Ann", "Bo") | {"schemas": [CORE, theirs], theirs: {"badge": "7"}})

    assert theirs not in made and extension(account) not in made
    assert (
        scim.patch(f"/Users/{made['id']}", {"op": "add", "path": f"{theirs}:badge", "value": "7"}).json["scimType"]
        == "invalidPath"
    )
    assert scim.get("/Users", filter=f'{theirs}:badge eq "7"').json["scimType"] == "invalidFilter"


def test_the_address_of_a_client_comes_from_proxies_that_are_trusted_alone(app, app_with, account):
    """Without such a proxy a client cannot choose the address that tries are counted and recorded by."""
    forged = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
    stranger = Screens(app)
    stranger.go("/sign-in", headers=forged)
    form = stranger.go("/sign-in", headers=forged).form("/sign-in").fill(email=account.owner.email, password=PASSWORD)
    stranger.visitor.open(
        "/sign-in", method="POST", headers=forged, data={name: each[0] for name, each in form.values.items() if each}
    )
    recorded = db.select(AuditEntry.address).where(AuditEntry.account_id == account.id, AuditEntry.address.is_not(None))
    assert set(db.session.scalars(recorded)) == {stranger.visitor.address}

    seen, behind_one = [], app_with(trusted_proxies=1)

    @behind_one.before_request
    def _note():
        seen.append(request.remote_addr)

    Screens(behind_one).go("/sign-in", headers={"X-Forwarded-For": "198.51.100.66, 203.0.113.7"})
    assert seen == ["203.0.113.7"]  # the last one, which our proxy wrote


def test_a_password_hash_made_with_less_work_is_made_again(app, account, visitor):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.session.execute(update(User).where(User.id == account.owner.id).values(password_hash=weak))
    db.session.commit()

    visitor.sign_in(account.owner.email, PASSWORD)

    stored = db.session.scalar(db.select(User.password_hash).where(User.id == account.owner.id))
    assert stored != weak and "t=2" in stored


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "FOO"])
def test_methods_that_nobody_offers_do_nothing(scim, page, account, method):
    assert scim.open(method, f"/Users/{account.owner.scim_id}").status_code in (405, 501)
    assert page.visitor.open("/users", method=method).status_code in (405, 501)

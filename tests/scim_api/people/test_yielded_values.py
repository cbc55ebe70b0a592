"""Values that stay ours although Okta sends them, over POST, PUT and PATCH."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from tests.support.databases import on_both

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


@pytest.fixture
def urn(account):
    return f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"


@pytest.fixture
def person(scim, scope, make_field, urn):
    """Somebody whom Okta created with every value, of which the account keeps three; two were filled here."""
    make_field("badge", "integer")
    accounts.change_options(scope, yielded_values=["title", "enterprise.department", "custom.badge"])
    made = scim.post("/Users", body(urn)).json
    users.update(scope, made["id"], UserChanges({"title": "Chef"}, custom={"badge": 7}))
    return made


def body(urn, **more):
    return {
        "schemas": [CORE, ENTERPRISE, urn],
        "userName": "bea@corp.example",
        "name": {"givenName": "Bea", "familyName": "Ruiz"},
        "emails": [{"value": "bea@corp.example", "primary": True, "type": "work"}],
        "title": "Buyer",
        "nickName": "B",
        ENTERPRISE: {"department": "Fish", "costCenter": "4410"},
        urn: {"badge": 1},
        **more,
    }


def test_post_leaves_them_empty(person, urn):
    assert "title" not in person
    assert urn not in person
    assert person[ENTERPRISE] == {"costCenter": "4410"}


@pytest.mark.parametrize("title", ["Buyer", "Chef", None, ""])
def test_put_answers_with_ours_and_takes_the_rest(scim, person, urn, title):
    answer = scim.put(f"/Users/{person['id']}", body(urn, title=title, nickName="Bea"))

    assert (answer.status_code, answer.json["title"], answer.json["nickName"]) == (200, "Chef", "Bea")
    assert answer.json[urn] == {"badge": 7}


@pytest.mark.parametrize("operation", [
    {"op": "replace", "value": {"title": "Buyer", "nickName": "Bea"}},
    {"op": "replace", "path": "title", "value": "Buyer"},
    {"op": "remove", "path": "title"},
    {"op": "add", "path": "{urn}:badge", "value": 9},
    {"op": "replace", "value": {"{urn}": {"badge": 9}}},
])  # fmt: skip
def test_patch_changes_nothing_of_them(scim, person, urn, operation):
    operation = {
        name: text.replace("{urn}", urn) if isinstance(text, str) else
        {key.replace("{urn}", urn): value for key, value in text.items()} if isinstance(text, dict) else text
        for name, text in operation.items()
    }  # fmt: skip

    answer = scim.patch(f"/Users/{person['id']}", operation)

    assert answer.status_code == 200
    assert (answer.json["title"], answer.json[urn]) == ("Chef", {"badge": 7})


def test_a_call_that_says_nothing_else_changes_nothing(scim, person):
    before = scim.get(f"/Users/{person['id']}").headers["ETag"]

    answer = scim.patch(f"/Users/{person['id']}", replace={"title": "Buyer"})

    assert answer.headers["ETag"] == before


@on_both
def test_the_person_page_says_whose_value_it_is(page, person):
    screen = page(f"/users/{person['id']}")

    assert screen.text.count("Managed here; Okta's value is ignored") == 3
    saved = screen.form("profile").fill(title="Head chef").submit()
    assert "Saved 1 change." in saved.text

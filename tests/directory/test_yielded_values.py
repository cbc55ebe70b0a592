"""Values that an account leaves to itself: what a directory sends for them is ignored."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import InvalidValue, NotAllowed
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope


def bea(**more):
    core = {"userName": "bea@corp.example", "emails": [{"value": "bea@corp.example", "primary": True}]}
    return core | more


@pytest.fixture
def ours(scope, make_field):
    """The account keeps title, department and the field badge for itself."""
    make_field("badge", "integer")
    accounts.change_options(scope, yielded_values=["custom.badge", "title", "enterprise.department"])


def values(scope, row):
    stored = users.document(scope, row)
    return stored.core.get("title"), stored.enterprise.get("department"), stored.custom.get("badge")


def test_the_names_are_kept_in_one_order_and_each_once(scope, account, ours):
    assert accounts.get(account.id).yielded_values == ["title", "enterprise.department", "custom.badge"]


@pytest.mark.parametrize("names", [["userName"], ["emails"], ["name"], ["custom.nothing"], ["active"]])
def test_who_a_person_is_stays_with_the_directory(scope, names):
    with pytest.raises(InvalidValue, match="Choose from the list"):
        accounts.change_options(scope, yielded_values=names)


def test_members_choose_nothing(make_user):
    with pytest.raises(NotAllowed):
        accounts.change_options(person_scope(make_user(role="member")), yielded_values=["title"])


def test_a_directory_fills_them_neither_when_it_creates_nor_later(scope, okta_scope, ours):
    row = users.provision(okta_scope, UserDraft(bea(title="Buyer"), {"department": "Fish"}, {"BADGE": "no number"}))
    users.update(okta_scope, row.id, UserChanges({"title": "Cook"}, {"department": "Meat"}, {"badge": 8}))

    assert values(scope, row) == (None, None, None)


def test_they_are_ours_to_edit_and_a_directory_cannot_clear_them(scope, okta_scope, ours):
    row = users.provision(okta_scope, UserDraft(bea(nickName="B")))
    users.update(scope, row.id, UserChanges({"title": "Chef"}, {"department": "Kitchen"}, {"badge": 7}))

    users.update(okta_scope, row.id, UserChanges({"title": None}, {"department": None}, {"badge": None}))

    assert values(scope, row) == ("Chef", "Kitchen", 7)
    assert users.managed_values(scope, row) == {"userName", "emails", "nickName"}
    assert users.yielded_values(scope, row) == {"title", "enterprise.department", "custom.badge"}


def test_a_value_the_directory_had_sent_before_becomes_ours(scope, okta_scope):
    row = users.provision(okta_scope, UserDraft(bea(title="Buyer")))
    accounts.change_options(scope, yielded_values=["title"])

    users.update(scope, row.id, UserChanges({"title": "Chef"}))

    assert users.document(scope, row).core["title"] == "Chef"


def test_taken_back_a_value_is_the_directorys_with_its_next_word(scope, okta_scope, ours):
    row = users.provision(okta_scope, UserDraft(bea()))
    users.update(scope, row.id, UserChanges({"title": "Chef"}))
    accounts.change_options(scope, yielded_values=[])
    assert "title" not in users.managed_values(scope, row)

    users.update(okta_scope, row.id, UserChanges({"title": "Cook"}))

    assert "title" in users.managed_values(scope, row)


def test_somebody_who_returns_keeps_them(scope, okta_scope, ours):
    row = users.provision(okta_scope, UserDraft(bea(), external_id="00u9"))
    users.update(scope, row.id, UserChanges({"title": "Chef"}, {"department": "Kitchen"}, {"badge": 7}))
    users.remove(okta_scope, row.scim_id)

    draft = UserDraft(bea(title="Buyer"), {"department": "Fish"}, external_id="00u9")
    back = users.provision(okta_scope, draft)

    assert back.id == row.id
    assert values(scope, back) == ("Chef", "Kitchen", 7)


def test_nobody_elses_account_is_touched(other_account, ours):
    client = other_account.scim("okta")

    made = client.post("/Users", bea(title="Buyer") | {"name": {"givenName": "Bea"}}).json

    assert made["title"] == "Buyer"

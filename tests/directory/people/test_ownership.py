"""Who owns a value of a person whom a directory manages."""

import pytest

from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import Managed
from scimapp.directory.people import users


def bea(**overrides):
    core = {
        "userName": "bea@corp.example",
        "name": {"givenName": "Bea", "familyName": "Ruiz"},
        "emails": [{"value": "bea@corp.example", "primary": True}],
        "title": "Buyer",
    }
    return core | overrides


@pytest.fixture
def from_okta(okta_scope):
    return users.provision(okta_scope, UserDraft(bea(), {"department": "Purchasing"}, external_id="00u9"))


def test_nobody_owns_the_values_of_somebody_added_by_hand(scope):
    row = users.provision(scope, UserDraft.from_form(given_name="Cai", email="cai@corp.example", invite=False))

    assert users.managed_values(scope, row) == frozenset()


def test_what_the_directory_sent_changes_there_only(scope, from_okta):
    with pytest.raises(Managed, match="title is managed by Okta"):
        users.update(scope, from_okta.id, UserChanges(core={"title": "Boss"}))
    with pytest.raises(Managed, match="enterprise.department"):
        users.update(scope, from_okta.id, UserChanges(enterprise={"department": None}))
    with pytest.raises(Managed, match="emails"):
        users.update(scope, from_okta.id, UserChanges(email="other@corp.example"))

    assert users.document(scope, from_okta).core == bea()


def test_what_the_directory_never_sent_is_ours_to_edit_again_and_again(scope, from_okta, make_field):
    make_field("badge", "integer")
    users.update(scope, from_okta.id, UserChanges(core={"nickName": "B"}, custom={"badge": 7}))
    users.update(scope, from_okta.id, UserChanges(core={"nickName": "Bee"}, custom={"badge": None}))

    profile = users.document(scope, from_okta)
    assert (profile.core["nickName"], profile.custom) == ("Bee", {})


def test_the_moment_the_directory_sends_a_value_it_takes_it_over(scope, okta_scope, from_okta):
    users.update(scope, from_okta.id, UserChanges(core={"nickName": "B"}))
    assert "nickName" not in users.managed_values(scope, from_okta)

    users.update(okta_scope, from_okta.id, UserChanges(core={"nickName": "Beatriz"}))

    assert "nickName" in users.managed_values(scope, from_okta)
    with pytest.raises(Managed):
        users.update(scope, from_okta.id, UserChanges(core={"nickName": "B"}))


def test_linking_somebody_made_by_hand_takes_over_the_identity_and_what_was_sent(scope, okta_scope, make_field):
    make_field("badge", "integer")
    draft = UserDraft.from_form(
        given_name="Dee",
        email="dee@corp.example",
        core={"nickName": "D", "title": "Old"},
        custom={"badge": 7},
        invite=False,
    )
    row = users.provision(scope, draft)

    row = users.update(okta_scope, row.id, UserChanges(core={"title": "New"}))

    assert users.managed_values(scope, row) == {"userName", "name", "emails", "title"}


def test_somebody_the_directory_removed_is_ours_again(scope, okta_scope, from_okta):
    users.remove(okta_scope, from_okta.scim_id)
    assert users.managed_values(scope, users.get(scope, from_okta.id)) == frozenset()

    users.activate(scope, from_okta.id)
    row = users.update(scope, from_okta.id, UserChanges(core={"title": "Boss"}))

    assert row.connection_id is None
    assert users.document(scope, row).core["title"] == "Boss"


def test_a_return_takes_over_what_the_directory_sends_with_it(scope, okta_scope, from_okta, make_field):
    make_field("badge", "integer")
    users.update(scope, from_okta.id, UserChanges(core={"nickName": "B"}, custom={"badge": 7}))
    users.remove(okta_scope, from_okta.scim_id)

    row = users.provision(okta_scope, UserDraft(bea(nickName="B"), external_id="00u9"))

    assert row.id == from_okta.id
    assert {"nickName", "title"} <= users.managed_values(scope, row)
    assert "custom.badge" not in users.managed_values(scope, row)

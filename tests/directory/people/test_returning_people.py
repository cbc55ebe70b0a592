"""People who are removed or deactivated by a directory, and come back: as whom, with what, and by whose token."""

import pytest

from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import (
    AboveYourRole,
    NotInAccount,
    UserNameTaken,
)
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.sign_in import second_step
from tests.directory.people.attributes import ann
from tests.support import authenticator
from tests.support.people import seen_by_scim


def test_a_removed_person_stays_inactive_here_and_is_unknown_to_scim(okta_scope, scope):
    row = users.provision(okta_scope, UserDraft(ann()))
    users.remove(okta_scope, row.scim_id)

    with pytest.raises(NotInAccount):
        seen_by_scim(okta_scope, row.id)
    assert users.get(scope, row.id).state == "inactive"


def test_a_removed_person_returns_under_a_new_scim_id_with_custom_values(okta_scope, make_field):
    make_field("badge", "integer")
    row = users.provision(okta_scope, UserDraft(ann(), custom={"badge": 7}, external_id="00u1"))
    users.remove(okta_scope, row.scim_id)

    back = users.provision(okta_scope, UserDraft(ann(title="Cook"), external_id="00u2"))

    assert back.id == row.id
    assert back.scim_id not in (None, row.id)
    assert (back.state, back.title, back.role) == ("invited", "Cook", Role.MEMBER)
    assert users.document(okta_scope, back).custom == {"badge": 7}


def test_whoever_gets_the_address_of_a_removed_person_is_invited_and_enters_in_no_other_way(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    before = invitations.latest(okta_scope, row)
    row = invitations.accept(invitations.link_token(before), "hash of a password")
    authenticator.switch_on(row)
    users.remove(okta_scope, row.scim_id)

    back = users.provision(okta_scope, UserDraft(ann(), external_id="00u2"))

    assert (back.id, back.state, back.password_hash) == (row.id, "invited", None)
    assert second_step.find(okta_scope, back.seq) is None
    assert invitations.latest(okta_scope, back).id != before.id


def test_an_inactive_person_with_the_same_external_id_is_revived_in_place(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    users.deactivate(okta_scope, row.id)

    back = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))

    assert (back.scim_id, back.active) == (row.scim_id, True)


def test_a_token_brings_nobody_back_whom_its_maker_may_not_manage(okta_scope, token_scope_for, make_user, scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    users.update(scope, row.id, UserChanges(role=Role.SUPER_ADMIN))
    users.deactivate(scope, row.id)
    weak = token_scope_for("okta", maker=make_user(role="user_admin"))

    with pytest.raises(AboveYourRole, match="maker of this token is a User Admin"):
        users.provision(weak, UserDraft(ann(emails=[{"value": "thief@corp.example"}]), external_id="00u1"))

    found = users.get(scope, row.id)
    assert (found.active, found.email) == (False, row.email)


def test_somebody_removed_comes_back_by_any_token_whatever_they_were(okta_scope, token_scope_for, make_user, scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    users.update(scope, row.id, UserChanges(role=Role.SUPER_ADMIN))
    users.remove(okta_scope, row.scim_id)
    weak = token_scope_for("okta", maker=make_user(role="user_admin"))

    back = users.provision(weak, UserDraft(ann(), external_id="00u1"))

    assert (back.id, back.role, back.active) == (row.id, "member", True)


def test_an_inactive_person_with_another_external_id_is_a_conflict(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    users.deactivate(okta_scope, row.id)

    with pytest.raises(UserNameTaken):
        users.provision(okta_scope, UserDraft(ann(), external_id="00u2"))

"""People in the directory: adding, changing, switching off, removing, returning."""

import orjson
import pytest
from sqlalchemy import select, update

from scimapp.database import db
from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import (
    EmailTaken,
    ExternalIdTaken,
    InvalidValue,
    NoAddress,
    NotAllowed,
    OwnerIsProtected,
    StaleVersion,
    UserNameTaken,
)
from scimapp.directory.links import invitations
from scimapp.directory.model import User, UserDocument
from scimapp.directory.people import users
from scimapp.directory.user_list import search
from scimapp.texts import fold_user_name
from tests.directory.people.attributes import ann
from tests.support.databases import only_sqlite


def test_a_provisioned_person_is_active_and_invited(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))

    assert (row.active, row.state, row.version, row.scim_id) == (True, "invited", 1, row.id)
    assert invitations.latest(okta_scope, row).email == "Ann@corp.example"


def test_the_kept_counts_follow_every_switch(okta_scope, scope):
    before = search.count_states(scope)
    row = users.provision(okta_scope, UserDraft(ann()))
    invited = search.count_states(scope)
    users.deactivate(okta_scope, row.id)
    inactive = search.count_states(scope)
    users.remove(okta_scope, row.scim_id)
    removed = search.count_states(scope)

    assert (invited.people, invited.invited) == (before.people + 1, before.invited + 1)
    assert (inactive.invited, inactive.inactive) == (before.invited, before.inactive + 1)
    assert removed == inactive


@pytest.mark.parametrize("spelling", ["ann@CORP.example", "Ａnn@corp.example", "ann@corp.example"])
def test_the_same_user_name_in_any_spelling_is_taken(okta_scope, spelling):
    users.provision(okta_scope, UserDraft(ann()))

    with pytest.raises(UserNameTaken):
        users.provision(okta_scope, UserDraft(ann(userName=spelling)))


def test_an_address_belongs_to_one_person_and_the_error_names_them(okta_scope):
    first = users.provision(okta_scope, UserDraft(ann()))

    with pytest.raises(EmailTaken) as refusal:
        users.provision(okta_scope, UserDraft(ann(userName="other")))

    assert (refusal.value.user_id, refusal.value.display_name) == (first.id, "Ann Lee")


def test_an_external_id_belongs_to_one_active_person(okta_scope):
    users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))

    with pytest.raises(ExternalIdTaken):
        users.provision(okta_scope, UserDraft({"userName": "bo@corp.example"}, external_id="00u1"))


def test_a_refused_person_leaves_nothing_behind(okta_scope, scope):
    users.provision(okta_scope, UserDraft(ann()))
    before = search.count_states(scope)

    with pytest.raises(UserNameTaken):
        users.provision(okta_scope, UserDraft(ann()))

    assert search.count_states(scope) == before
    assert search.find_users(scope, search.UserSearch(q="ann")).total == 1


def test_a_change_that_alters_nothing_writes_nothing(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann(), external_id="00u1"))
    moment = row.updated_at

    again = users.update(okta_scope, row.id, UserChanges(core=ann(), active=True, external_id="00u1"))

    assert (again.version, again.updated_at) == (1, moment)


def test_a_stale_version_is_refused(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann()))
    users.update(okta_scope, row.id, UserChanges(core={"title": "Cook"}), version=1)

    with pytest.raises(StaleVersion) as refusal:
        users.update(okta_scope, row.id, UserChanges(core={"title": "Chef"}), version=1)

    assert refusal.value.current == 2


def test_none_clears_an_attribute_and_false_and_zero_stay(okta_scope, make_field):
    make_field("first_aider", "boolean")
    make_field("badge", "integer")
    draft = UserDraft(ann(title="Cook"), {"department": "Kitchen"}, {"first_aider": False, "badge": 0})
    row = users.provision(okta_scope, draft)
    users.update(okta_scope, row.id, UserChanges(core={"title": None}, enterprise={"department": None}))

    stored = users.document(okta_scope, row)

    assert "title" not in stored.core
    assert stored.enterprise == {}
    assert stored.custom == {"first_aider": False, "badge": 0}


_UNSEEN = ("ann\u200b", "a\u202enn", "\ufeffann", "a\u00adnn", "ann\u2028", "a\u3164nn", "ann\ufe0f", "ann\U000e0061",
           "ann\u2800", "a\U0001d159nn", "ann\u2065", "ann\U000e0fff")  # fmt: skip


@only_sqlite
@pytest.mark.parametrize("user_name", ["", "   ", "a\nb", "x" * 513, " ann", "ann\u3000", *_UNSEEN])
def test_a_user_name_that_cannot_be_kept_is_refused(okta_scope, user_name):
    with pytest.raises(InvalidValue, match="userName"):
        users.provision(okta_scope, UserDraft(ann(userName=user_name)))


def test_an_address_has_no_character_that_cannot_be_seen(okta_scope):
    with pytest.raises(InvalidValue, match=r"emails.*U\+200B"):
        users.provision(okta_scope, UserDraft(ann(emails=[{"value": "ann\u200b@corp.example"}])))

    assert users.provision(okta_scope, UserDraft(ann(userName="Анна Ли 李"))).user_name == "Анна Ли 李"


@pytest.mark.parametrize("old_name", ["ann\u200b@corp.example", "Ann Lee "])
def test_a_name_that_older_rules_accepted_stands_in_no_ones_way(okta_scope, old_name):
    row = users.provision(okta_scope, UserDraft(ann()))
    document = db.session.scalars(select(UserDocument).filter_by(user_seq=row.seq)).one()
    document.core = orjson.dumps(ann(userName=old_name)).decode()
    db.session.execute(
        update(User).filter_by(seq=row.seq).values(user_name=old_name, user_name_key=fold_user_name(old_name))
    )
    db.session.commit()

    changed = users.update(okta_scope, row.id, UserChanges(core=ann(userName=old_name, title="Cook"), active=False))

    assert (changed.user_name, changed.title, changed.active) == (old_name, "Cook", False)
    with pytest.raises(InvalidValue, match="userName"):
        users.update(okta_scope, row.id, UserChanges(core={"userName": old_name + "\u200b"}))


def test_okta_needs_an_address_and_the_strict_preset_does_not(okta_scope, token_scope_for):
    with pytest.raises(NoAddress):
        users.provision(okta_scope, UserDraft({"userName": "no.address"}))

    row = users.provision(token_scope_for("strict"), UserDraft({"userName": "no.address"}))

    assert row.email is None
    assert invitations.latest(okta_scope, row) is None


@only_sqlite
@pytest.mark.parametrize(
    "changes",
    [
        UserChanges(active=False),
        UserChanges(core={"userName": "somebody.else"}),
        UserChanges(core={"emails": [{"value": "thief@corp.example", "primary": True}]}),
    ],
    ids=["deactivate", "rename", "re-mail"],
)
def test_a_directory_cannot_touch_the_owner(okta_scope, account, changes):
    with pytest.raises(OwnerIsProtected):
        users.update(okta_scope, account.owner.id, changes)
    with pytest.raises(OwnerIsProtected):
        users.remove(okta_scope, account.owner.scim_id)


def test_harmless_attributes_of_the_owner_follow_the_directory(okta_scope, account):
    assert users.update(okta_scope, account.owner.id, UserChanges(core={"title": "Founder"})).title == "Founder"


def test_a_token_is_not_stronger_than_its_maker(token_scope_for, make_user):
    chief = make_user(role="super_admin")
    weak = token_scope_for("okta", maker=make_user(role="user_admin"))

    with pytest.raises(NotAllowed, match="maker of this token is a User Admin"):
        users.deactivate(weak, chief.id)


def test_the_call_that_links_a_confirmed_person_cannot_re_mail_them(okta_scope, make_user):
    hand_made = make_user(state="active")

    with pytest.raises(NotAllowed, match="by hand"):
        users.update(
            okta_scope, hand_made.id, UserChanges(core={"emails": [{"value": "new@corp.example", "primary": True}]})
        )


def test_a_new_address_ends_the_old_invitation_and_gets_its_own(okta_scope):
    row = users.provision(okta_scope, UserDraft(ann()))
    old = invitations.link_token(invitations.latest(okta_scope, row))

    row = users.update(okta_scope, row.id, UserChanges(email="ann.lee@corp.example"))

    assert row.user_name == "ann.lee@corp.example"  # it was the address
    with pytest.raises(invitations.InvitationNotUsable):
        invitations.find_usable(old)
    new = invitations.find_usable(invitations.link_token(invitations.latest(okta_scope, row)))
    assert new.email == "ann.lee@corp.example"

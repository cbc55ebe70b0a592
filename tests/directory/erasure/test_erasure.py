"""Erasing a person: nothing personal stays anywhere in the account, and what happened can still be read."""

import pytest
from sqlalchemy import inspect, text

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.accounts import account_owner, account_settings
from scimapp.directory.batches import batch_undo, batches
from scimapp.directory.changes import GroupChanges, GroupDraft, UserChanges
from scimapp.directory.connection import connection, deactivation_guard, scim_tokens
from scimapp.directory.erasure import erasure
from scimapp.directory.errors import InvalidValue, NotAllowed, OwnerIsProtected, PersonErased
from scimapp.directory.groups import groups, nesting, role_rules
from scimapp.directory.imports.import_plans import told
from scimapp.directory.links import invitations
from scimapp.directory.model import BatchItem, DeactivationGuard, IndexedValue, OutboxMail, SkippedMember
from scimapp.directory.outbox import outbox_list
from scimapp.directory.people import users, value_index
from scimapp.directory.people.named_people import named_by
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.user_list.search import UserSearch, count_states, find_users
from scimapp.directory.words import packed, say, unpacked

SECRETS = ("Quillfeather", "quilla.quillfeather", "Zanzibar", "00uQUILL")


@pytest.fixture
def erased(okta_scope, scope, make_user, make_field):
    make_field("town", "text")
    person = make_user(
        by=okta_scope, given_name="Quilla", family_name="Quillfeather", email="quilla.quillfeather@acme.example",
        custom={"town": "Zanzibar"}, external_id="00uQUILL",
    )  # fmt: skip
    groups.create(okta_scope, GroupDraft("Sales", member_ids=(person.scim_id,)))
    users.update(okta_scope, person.id, UserChanges(core={"title": "Head of Zanzibar"}))
    make_field("mentor", "user", default_value=person.email)
    users.update(scope, make_user().id, UserChanges(custom={"mentor": person.email.title()}))
    users.update(okta_scope, make_user(by=okta_scope).id, UserChanges(enterprise={"manager": {"value": person.email}}))
    users.deactivate(scope, person.id)
    return erasure.erase(scope, person.id)


def every_text():
    """Every text of every table."""
    with db.engine.connect() as connection:
        for table in inspect(db.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # the names come from the database
                yield from ((table, str(value)) for value in row if isinstance(value, str))


def test_nothing_personal_is_left_in_any_table(erased):
    db.session.commit()

    found = {(table, secret) for table, value in every_text() for secret in SECRETS if secret.lower() in value.lower()}

    assert found == set()


def test_whoever_named_the_person_by_an_address_names_who_was_erased(scope, make_user, make_field):
    make_field("mentor", "user"), make_field("note", "text")
    gone = make_user(state="inactive", core={"emails": [{"value": "quilla@acme.example"}, {"value": "q@home.example"}]})
    here = make_user(email="bo@acme.example")
    both = make_user(
        custom={"mentor": "Quilla@Acme.example", "note": "quilla@acme.example"},
        core={"title": "quilla@acme.example"}, enterprise={"manager": {"value": "Q@Home.example"}, "department": "Bar"},
    )  # fmt: skip
    other = make_user(custom={"mentor": here.email})
    unmoved, version = other.version, both.version

    erasure.erase(scope, gone.id)

    profile = users.document(scope, both)
    name = users.get(scope, gone.id).user_name
    assert profile.custom == {"mentor": name, "note": "quilla@acme.example"}
    assert profile.enterprise == {"manager": {"value": name}, "department": "Bar"}
    assert profile.core["title"] == "quilla@acme.example"
    assert named_by(scope, [name])[name].display_name == "Erased person"
    assert users.get(scope, both.id).version == version + 1
    assert users.get(scope, other.id).version == unmoved
    found = value_index.select_at(scope, "custom.mentor", IndexedValue.text_key)
    assert sorted(db.session.scalars(found)) == ["bo@acme.example", name]


def test_an_address_that_somebody_here_has_again_stays_theirs(scope, okta_scope, make_user, make_field):
    make_field("mentor", "user")
    gone = make_user(by=okta_scope, email="quilla@acme.example")
    users.remove(okta_scope, gone.scim_id)
    make_user(email="quilla@acme.example")
    ann = make_user(custom={"mentor": "quilla@acme.example"})

    erasure.erase(scope, gone.id)

    assert users.document(scope, ann).custom == {"mentor": "quilla@acme.example"}


def test_somebody_else_who_was_removed_keeps_no_address_for_the_erased(scope, okta_scope, make_user, make_field):
    make_field("mentor", "user")
    gone = make_user(by=okta_scope, email="quilla@acme.example")
    users.remove(okta_scope, gone.scim_id)
    later = make_user(email="quilla@acme.example")
    ann = make_user(custom={"mentor": "quilla@acme.example"})
    users.remove(okta_scope, later.scim_id)

    erasure.erase(scope, gone.id)

    assert users.document(scope, ann).custom == {"mentor": users.get(scope, gone.id).user_name}


def left(name):
    """The tables in which somebody is named still."""
    db.session.commit()
    return {table for table, text in every_text() if name in text.lower()}


def test_batches_on_others_forget_the_person_and_are_still_taken_back(scope, make_user):
    gone = make_user(given_name="Wrenna", family_name="Marsh", email="wrenna@acme.example")
    ann = make_user(enterprise={"manager": {"value": "Wrenna@acme.example"}})
    batch = batches.begin(scope, "manager", {"manager": make_user().id}, UserSearch(ids=(ann.id,)))
    batches.finish_small(scope, batch)
    users.deactivate(scope, gone.id)

    erasure.erase(scope, gone.id)
    batches.finish_small(scope, batch_undo.undo(scope, batch.id))

    assert left("wrenna") == set()
    assert users.document(scope, ann).enterprise == {"manager": {"value": users.get(scope, gone.id).user_name}}


@pytest.mark.parametrize("state, name", [("preview", "Talitha"), ("done", "Oriana")])
def test_rows_of_a_file_that_were_refused_because_of_the_person_no_longer_say_so(scope, make_user, state, name):
    gone = make_user(state="inactive", given_name=name, family_name="Marsh", email=f"{name.lower()}@acme.example")
    refused = say("This address belongs to %(person)s already.", person=gone.display_name)
    content = {"cells": [gone.email, "Rome"], "problem": packed(refused), "changes": [], "notes": []}
    row = {"line": 2, "outcome": "error", "content": content, "reason": packed(told(2, "E-mail", refused))}
    batch = batches.add_rows(scope, "import", {"file": "people.csv"}, [row | {"label": gone.email}])
    batch.state = state
    db.session.commit()

    erasure.erase(scope, gone.id)

    assert left(name.lower()) == set()
    item = db.session.scalars(scope.select(BatchItem)).one()
    assert unpacked(item.reason) == "Row 2, E-mail: This address belongs to Erased person already."
    assert item.content["cells"] == [users.get(scope, gone.id).user_name, "Rome"]


def test_an_address_that_stands_for_nobody_goes_as_well(scope, okta_scope, make_user):
    gone = make_user(email="sunniva@acme.example")
    groups.create(okta_scope, GroupDraft("Sales", member_ids=("Sunniva@acme.example", "somebody")))
    account_settings.change_account(scope, reply_to="sunniva@acme.example")
    users.deactivate(scope, gone.id)

    erasure.erase(scope, gone.id)

    assert left("sunniva") == set()
    assert [member.value for member in db.session.scalars(scope.select(SkippedMember))] == ["somebody"]


def test_an_address_that_the_person_had_before_goes_as_well(scope, okta_scope, account, make_user):
    gone = make_user(by=okta_scope, email="isolde@acme.example")
    ann = make_user(enterprise={"manager": {"value": gone.email}})
    account.scim("okta").get("/Users", filter='userName eq "isolde@acme.example"')
    now = {"userName": "marsh@acme.example", "emails": [{"value": "marsh@acme.example"}]}
    users.update(okta_scope, gone.id, UserChanges(core=now, active=False))

    erasure.erase(scope, gone.id)

    assert left("isolde") == set()
    assert users.document(scope, ann).enterprise == {"manager": {"value": users.get(scope, gone.id).user_name}}


def test_somebody_who_owned_the_account_once_is_named_nowhere(account, scope, make_user):
    heir = make_user(role="super_admin", given_name="Philippa", family_name="Marsh")
    account_owner.transfer(scope, heir.id)
    mail = db.session.scalars(scope.select(OutboxMail).where(OutboxMail.user_seq == account.owner.seq)).first()
    outbox_list.cancel(person_scope(users.get(scope, heir.id)), mail.id)
    account_owner.transfer(person_scope(users.get(scope, heir.id)), account.owner.id)
    scope = person_scope(users.get(scope, account.owner.id))
    users.deactivate(scope, heir.id)

    erasure.erase(scope, heir.id)

    assert left("philippa") == set()


def sign(scope, make_user):
    """Have an administrator do everything that leaves a name behind; returns the person they deactivated."""
    bo, mia, zoe = make_user(), make_user(state="invited"), make_user()
    token, _ = scim_tokens.generate(scope, "", "okta", activate=True)
    batch = batches.begin(scope, "deactivate", {}, UserSearch(ids=(zoe.id,)))
    batches.finish_small(scope, batch)
    users.deactivate(scope, bo.id)
    invitations.resend(scope, mia.id)
    inner, outer = (groups.create(scope, GroupDraft(f"{name} of {bo.id}")) for name in ("Inner", "Outer"))
    groups.update(scope, inner.id, GroupChanges(add_ids=(mia.id,)))
    nesting.nest(scope, outer.id, inner.id)
    role_rules.set_rule(scope, outer.id, Role.USER_ADMIN)
    connection.pause(scope)
    db.session.add(DeactivationGuard(account_id=scope.account_id, token_id=token.id, blocks=True))
    db.session.commit()
    deactivation_guard.keep_blocking(scope, token.id)
    return bo


def test_what_an_administrator_did_no_longer_says_the_name(scope, make_user):
    admin = make_user(role="super_admin", given_name="Quilla", family_name="Quillfeather")
    bo = sign(person_scope(admin), make_user)
    users.deactivate(scope, admin.id)
    db.session.commit()
    signed = {table for table, value in every_text() if value == "Quilla Quillfeather"}

    erasure.erase(scope, admin.id)
    db.session.commit()

    assert signed >= {
        "accounts", "audit_entries", "batches", "deactivation_guards", "invitations", "memberships", "nested_groups",
        "role_rules", "scim_tokens", "users",
    }  # fmt: skip
    assert not [table for table, value in every_text() if "Quillfeather" in value]
    assert users.get(scope, bo.id).deactivated_by == "Erased person"


def test_what_a_namesake_did_keeps_the_name(scope, make_user):
    admin, namesake = (make_user(role="super_admin", given_name="Quilla", family_name="Quillfeather") for _ in "ab")
    bo = sign(person_scope(namesake), make_user)
    users.deactivate(scope, admin.id)

    erasure.erase(scope, admin.id)
    db.session.commit()

    assert users.get(scope, bo.id).deactivated_by == "Quilla Quillfeather"


def test_the_row_the_id_and_the_record_stay(erased, scope):
    events = [entry.event for entry, _ in audit_log.of_target(scope, erased.id, 50)]

    assert events[0] == "person erased"
    assert "person added" in events
    assert (erased.display_name, erased.active, erased.scim_id, erased.email) == ("Erased person", False, None, None)
    assert [row.user.id for row in find_users(scope, UserSearch(q="erased")).items] == [erased.id]


def test_the_counts_hold(erased, scope):
    counts = count_states(scope)

    assert counts.people == counts.active + counts.invited + counts.inactive
    assert counts.inactive == 1


def test_the_directory_creates_a_new_person_afterwards(erased, okta_scope, make_user):
    again = make_user(by=okta_scope, email="quilla.quillfeather@acme.example", external_id="00uQUILL")

    assert again.id != erased.id


def test_nobody_comes_back_after_erasure(erased, scope, okta_scope, make_user):
    with pytest.raises(PersonErased):
        users.activate(scope, erased.id)
    with pytest.raises(PersonErased):
        users.update(scope, erased.id, UserChanges(role=Role.USER_ADMIN))
    stranger = make_user(by=okta_scope, core={"userName": erased.user_name}, email="stranger@acme.example")

    assert stranger.id != erased.id


def test_nobody_types_an_erased_person_into_a_field(erased, make_field):
    for typed in (erased.id, erased.user_name):
        with pytest.raises(InvalidValue, match="is nobody here"):
            make_field("buddy", "user", default_value=typed)


def test_only_somebody_inactive_is_erased_and_never_the_owner(account, scope, make_user):
    with pytest.raises(NotAllowed, match="Deactivate first"):
        erasure.erase(scope, make_user().id)
    with pytest.raises(OwnerIsProtected):
        erasure.erase(scope, account.owner.id)


def test_erasing_is_for_super_admins(make_user):
    admin = make_user(role="user_admin")

    with pytest.raises(NotAllowed):
        erasure.erase(person_scope(admin), make_user(state="inactive").id)

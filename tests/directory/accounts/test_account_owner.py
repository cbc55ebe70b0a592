"""The ownership moves to a Super Admin, by the owner alone, and there is one owner at any moment."""

import pytest

from scimapp.database import db
from scimapp.directory import audit_log
from scimapp.directory.accounts import account_owner, accounts
from scimapp.directory.audit_log import AuditSearch
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import InvalidValue, NotAllowed, NotInAccount, OwnerIsProtected, RoleNeeded
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from tests.support.at_once import at_once
from tests.support.mails import newest_mails


@pytest.fixture
def heir(make_user):
    return make_user(role="super_admin", given_name="Ingrid", family_name="Halvorsen")


def owners(scope):
    return db.session.scalars(scope.select(User, User.id).where(User.role == "owner")).all()


def test_the_new_owner_owns_and_the_old_one_stays_super_admin(scope, account, heir):
    account_owner.transfer(scope, heir.id)

    assert owners(scope) == [heir.id]
    old = users.get(scope, account.owner.id)
    assert (old.role, old.given_role) == ("super_admin", "super_admin")
    assert accounts.owner_of(account.id).id == heir.id


def test_a_clock_that_was_set_back_turns_no_order_of_changes_round(scope, account, heir, clock):
    before = {row.id: row.updated_at for row in (account.owner, heir)}
    clock.advance(days=-1)

    assert {row.id: row.updated_at for row in account_owner.transfer(scope, heir.id)} == before


def test_only_the_new_owner_can_give_it_back(scope, account, heir):
    account_owner.transfer(scope, heir.id)

    with pytest.raises(NotAllowed):
        account_owner.transfer(scope, heir.id)
    with pytest.raises(RoleNeeded):
        account_owner.transfer(person_scope(users.get(scope, account.owner.id)), heir.id)
    account_owner.transfer(person_scope(users.get(scope, heir.id)), account.owner.id)
    assert owners(scope) == [account.owner.id]


def test_a_super_admin_cannot_take_it(scope, heir):
    for attempt in (
        lambda: account_owner.transfer(person_scope(heir), heir.id),
        lambda: account_owner.heirs(person_scope(heir)),
    ):
        with pytest.raises(RoleNeeded):
            attempt()


@pytest.mark.parametrize("role, state", [
    ("member", "active"), ("user_admin", "active"), ("super_admin", "invited"), ("super_admin", "inactive"),
])  # fmt: skip
def test_it_goes_to_nobody_who_could_not_act_as_owner(scope, account, make_user, role, state):
    person = make_user(role=role, state=state)

    with pytest.raises(InvalidValue, match="active Super Admin"):
        account_owner.transfer(scope, person.id)
    assert account_owner.heirs(scope) == []
    assert account_owner.find_heir(scope, person.id) is None
    assert owners(scope) == [account.owner.id]


def test_it_goes_to_nobody_who_has_yet_to_confirm_an_address(scope, heir):
    users.update(scope, heir.id, UserChanges(email="ingrid@new.example"))

    assert account_owner.heirs(scope) == []
    with pytest.raises(InvalidValue):
        account_owner.transfer(scope, heir.id)


def test_another_accounts_people_are_not_there(scope, other_account):
    stranger = other_account.make_user(role="super_admin")

    with pytest.raises(NotInAccount):
        account_owner.transfer(scope, stranger.id)


def test_both_are_signed_out_and_get_a_mail_and_the_record_tells(scope, account, heir):
    secrets = [sessions.start(person, "192.0.2.1", "") for person in (account.owner, heir)]

    account_owner.transfer(scope, heir.id)

    assert [sessions.find(secret) for secret in secrets] == [None, None]
    mails = [mail.to_address for mail in newest_mails(scope).items if mail.kind == "ownership_transferred"]
    assert sorted(mails) == sorted([account.owner.email, heir.email])
    newest = audit_log.find(scope, AuditSearch(target=heir.id)).items[0]
    assert (newest.event, newest.actor_id) == ("ownership transferred", account.owner.id)


def test_a_name_of_thousands_of_characters_does_not_fill_the_outbox(scope, account, heir):
    users.update(scope, heir.id, UserChanges(core={"displayName": "Bea " * 2_000}))

    account_owner.transfer(scope, heir.id)

    subjects = [mail.subject for mail in newest_mails(scope).items if mail.kind == account_owner.MAIL]
    assert [len(subject) for subject in subjects] == [400, 400]
    assert subjects[0].startswith("Bea Bea ")


def test_the_directory_cannot_touch_the_new_owner(scope, scim, heir):
    account_owner.transfer(scope, heir.id)

    assert scim.patch(f"/Users/{heir.scim_id}", replace={"active": False}).status_code == 403


def test_of_two_transfers_at_once_one_wins(app, scope, account, make_user):
    heirs = [make_user(role="super_admin") for _ in range(4)]
    db.session.close()

    def giving(person_id):
        return lambda: account_owner.transfer(scope, person_id)

    results = at_once(app, *[giving(person.id) for person in heirs])

    assert sum(isinstance(result, NotAllowed) for result in results) == 3
    (owner,) = owners(scope)
    assert owner in [person.id for person in heirs]


def test_who_is_demoted_at_the_same_moment_never_owns_with_a_weaker_role(app, scope, heir):
    db.session.close()

    results = at_once(
        app,
        lambda: account_owner.transfer(scope, heir.id),
        lambda: users.update(scope, heir.id, UserChanges(role=Role.MEMBER)),
    )

    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(error) for error in refused] in ([InvalidValue], [OwnerIsProtected])
    assert len(owners(scope)) == 1
    assert users.get(scope, heir.id).role in ("owner", "member")


def test_the_database_refuses_a_second_owner(app, scope, heir):
    with pytest.raises(Exception, match="(?i)unique"):  # each driver has a class of its own
        row = scope.one(User, User.id == heir.id)
        row.role = "owner"
        db.session.flush()
    db.session.rollback()

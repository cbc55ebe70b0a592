"""Links for a new password: who gets one, what ends them, and what a new password carries with it."""

import pytest
from sqlalchemy import update

from scimapp.auth.passwords import is_right
from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import AboveYourRole, LinkNotUsable, NotAllowed
from scimapp.directory.links import link_requests, one_time_links, password_resets
from scimapp.directory.links.one_time_links import PASSWORD
from scimapp.directory.model import User
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from tests.support.databases import only_sqlite
from tests.support.mails import newest_mails


@pytest.fixture
def person(app, make_user):
    """Somebody whose address is nobody else's in this database; what earlier tests asked for is answered already."""
    while link_requests.answer():
        pass
    return make_user()


def token_of(scope, user):
    return one_time_links.link_token(one_time_links.newest(scope, user, PASSWORD))


def mails(scope, kind):
    return [mail for mail in newest_mails(scope, per_page=100).items if mail.kind == kind]


def ask(email):
    link_requests.leave(link_requests.PASSWORD, email)
    return link_requests.answer()


def test_a_forgotten_password_sends_a_link_to_every_account_of_the_address(scope, person, other_account):
    twin = other_account.make_user(email=person.email.capitalize())

    ask(person.email.upper())

    assert [mail.to_address for mail in mails(scope, "password_reset")] == [person.email]
    assert [mail.to_address for mail in mails(other_account.scope, "password_reset")] == [twin.email]


def test_asking_does_the_same_work_for_every_address(app, person, statements):
    counts = []
    for email in (person.email, "nobody@corp.example"):
        with statements() as log:
            link_requests.leave(link_requests.PASSWORD, email)
        counts.append(log)

    assert counts[0] == counts[1]
    assert len(counts[0]) == 1


@only_sqlite
@pytest.mark.parametrize("state", ["inactive", "removed", "unknown"])
def test_who_has_no_access_gets_no_link(scope, person, state):
    if state == "inactive":
        users.deactivate(scope, person.id)
    elif state == "removed":
        users.remove(scope, person.scim_id)

    assert ask("nobody@corp.example" if state == "unknown" else person.email) == 1
    assert not mails(scope, "password_reset")


def test_somebody_invited_gets_the_invitation_again(scope, make_user, clock):
    invited = make_user(state="invited")
    clock.advance(minutes=11)
    ask(invited.email)

    assert not mails(scope, "password_reset")
    assert len(mails(scope, "invitation")) == 2


def test_one_mail_in_two_minutes_is_enough(scope, person, clock):
    ask(person.email)
    ask(person.email)
    assert len(mails(scope, "password_reset")) == 1
    clock.advance(minutes=3)

    ask(person.email)

    assert [mail.state for mail in mails(scope, "password_reset")] == ["waiting", "cancelled"]


def test_three_links_in_an_hour_are_enough_and_the_answer_stays_the_same(scope, person, clock):
    for _ in range(5):
        assert ask(person.email) == 1
        clock.advance(minutes=3)
    assert len(mails(scope, "password_reset")) == 3
    clock.advance(minutes=55)

    ask(person.email)

    assert len(mails(scope, "password_reset")) == 4


def test_a_link_works_once_and_sets_the_password(scope, person):
    ask(person.email)
    token = token_of(scope, person)
    assert password_resets.find_usable(token).email == person.email

    row = password_resets.complete(token, "a hash")

    assert row.password_hash == "a hash"
    with pytest.raises(LinkNotUsable):
        password_resets.complete(token, "another hash")


def test_a_link_ends_after_an_hour(scope, person, clock):
    ask(person.email)
    clock.advance(minutes=61)

    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token_of(scope, person))


@only_sqlite
@pytest.mark.parametrize("token", ["", "x" * 43, "é" * 43, None])
def test_a_link_that_never_was_is_refused(app, token):
    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token)


def test_a_new_password_ends_every_session_and_link_and_tells(scope, person):
    secret = sessions.start(person, None, "Firefox")
    ask(person.email)
    password_resets.complete(token_of(scope, person), "a hash")

    assert sessions.find(secret) is None
    (told,) = mails(scope, "password_changed")
    assert (told.to_address, told.state) == (person.email, "waiting")


ENDINGS = {
    "deactivated": lambda scope, row: users.deactivate(scope, row.id),
    "removed": lambda scope, row: users.remove(scope, row.scim_id),
    "another role": lambda scope, row: users.update(scope, row.id, UserChanges(role=Role.USER_ADMIN)),
    "another address": lambda scope, row: users.update(scope, row.id, UserChanges(email="new@corp.example")),
    "a newer link": lambda scope, row: password_resets.request_for(scope, row.id),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_access_ends_the_link_and_withdraws_its_mail(scope, person, ending):
    password_resets.request_for(scope, person.id)
    token = token_of(scope, person)

    ENDINGS[ending](scope, person)

    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token)
    assert mails(scope, "password_reset")[-1].state == "cancelled"


def test_coming_back_revives_no_link(scope, person):
    password_resets.request_for(scope, person.id)
    token = token_of(scope, person)
    users.deactivate(scope, person.id)
    users.activate(scope, person.id)

    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token)


@pytest.mark.parametrize("state, why", [("invited", "has no password yet"), ("inactive", "Activate this person first")])
def test_administrators_send_links_to_people_who_can_use_one(scope, make_user, state, why):
    with pytest.raises(NotAllowed, match=why):
        password_resets.request_for(scope, make_user(state=state).id)


def test_nobody_resets_the_password_of_a_stronger_person(make_user):
    chief, admin = make_user(role="super_admin"), make_user(role="user_admin")

    with pytest.raises(AboveYourRole):
        password_resets.request_for(person_scope(admin), chief.id)


def test_only_a_hash_of_the_link_is_stored(scope, person):
    password_resets.request_for(scope, person.id)
    link = one_time_links.newest(scope, person, PASSWORD)

    kept = " ".join(str(getattr(link, column.name)) for column in link.__table__.columns)
    assert one_time_links.link_token(link) not in kept
    assert not is_right(link.token_hash, one_time_links.link_token(link))


def test_a_link_to_an_address_that_is_no_longer_theirs_opens_nothing(scope, person):
    """Also where nothing voided it, as every change of an address does."""
    ask(person.email)
    token = token_of(scope, person)
    assert password_resets.find_usable(token).user_id == person.id

    db.session.execute(
        update(User).where(User.account_id == scope.account_id, User.seq == person.seq).values(email="new@x.example")
    )
    db.session.commit()

    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token)


def test_a_reset_on_the_server_ends_the_link_that_was_sent_before(account):
    password_resets.send_to(account.owner.email)
    token = token_of(account.scope, account.owner)
    assert password_resets.find_usable(token)

    accounts.reset_owner(account.id, "a hash")

    with pytest.raises(LinkNotUsable):
        password_resets.find_usable(token)

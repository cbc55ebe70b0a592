"""A person's address changes: by others, by the directory, by the person; who hears of it and who has to confirm."""

import pytest

from scimapp.directory.accounts import accounts
from scimapp.directory.changes import UserChanges
from scimapp.directory.errors import EmailTaken, InvalidValue, LinkNotUsable, Managed, NotAllowed
from scimapp.directory.links import (
    email_changes,
    invitations,
    new_addresses,
    one_time_links,
    own_email,
    password_resets,
)
from scimapp.directory.links.one_time_links import EMAIL
from scimapp.directory.people import access, users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import sessions
from tests.support.databases import only_sqlite
from tests.support.mails import newest_mails
from tests.support.people import seen_by_scim

NEW = "wilma@new.example"


@pytest.fixture
def person(make_user):
    return make_user(email="wilma@corp.example")


def token_of(scope, user):
    return one_time_links.link_token(one_time_links.newest(scope, user, EMAIL))


def waiting(scope, *kinds):
    found = [mail for mail in newest_mails(scope, per_page=100).items if mail.kind in kinds]
    return [(mail.kind, mail.to_address) for mail in reversed(found) if mail.state == "waiting"]


def change(scope, person, email=NEW):
    return users.update(scope, person.id, UserChanges(email=email))


def test_a_change_by_an_administrator_counts_at_once_and_waits_to_be_confirmed(scope, person):
    row = change(scope, person)

    assert row.email == NEW
    assert row.unconfirmed_since is not None
    assert waiting(scope, "email_confirmation", "email_changed") == [
        ("email_confirmation", NEW),
        ("email_changed", "wilma@corp.example"),
    ]


def test_opening_the_link_confirms_the_address(scope, person):
    change(scope, person)

    row = own_email.confirm(token_of(scope, person))

    assert (row.email, row.unconfirmed_since) == (NEW, None)
    with pytest.raises(LinkNotUsable):
        own_email.confirm(token_of(scope, person))


def test_sessions_go_on_after_a_change_by_others(scope, person):
    secret = sessions.start(person, None, "Firefox")
    change(scope, person)

    assert sessions.find(secret) is not None


def test_a_change_over_scim_does_the_same(scope, scim):
    made = scim.post(
        "/Users",
        {"userName": "ann@corp.example", "name": {"givenName": "Ann"}, "emails": [{"value": "ann@corp.example"}]},
    ).json
    row = seen_by_scim(scope, made["id"])
    invitations.accept(invitations.link_token(invitations.latest(scope, row)), "a hash")

    scim.patch(f"/Users/{made['id']}", replace={"emails": [{"value": "ann@new.example", "primary": True}]})

    assert users.get(scope, row.id).unconfirmed_since is not None
    assert ("email_changed", "ann@corp.example") in waiting(scope, "email_changed")
    assert ("email_confirmation", "ann@new.example") in waiting(scope, "email_confirmation")


def test_somebody_invited_only_gets_the_invitation_at_the_new_address(scope, make_user):
    invited = make_user(state="invited", email="bo@corp.example")
    row = change(scope, invited)

    assert row.unconfirmed_since is None
    assert waiting(scope, "invitation", "email_confirmation", "email_changed") == [("invitation", NEW)]


def test_another_spelling_of_the_same_address_asks_for_nothing(scope, person):
    row = change(scope, person, "Wilma@corp.example")

    assert row.unconfirmed_since is None
    assert not waiting(scope, "email_confirmation", "email_changed")


def test_another_domain_has_to_be_confirmed_even_where_both_have_one_folded_form(scope, make_user):
    row = change(scope, make_user(email="wilma@fass.example"), "wilma@faß.example")

    assert row.unconfirmed_since is not None
    assert ("email_confirmation", "wilma@faß.example") in waiting(scope, "email_confirmation")


def test_somebody_who_comes_back_under_another_address_has_to_confirm_it(scope, scim):
    body = {
        "userName": "ann",
        "externalId": "00u1",
        "name": {"givenName": "Ann"},
        "emails": [{"value": "ann@corp.example"}],
    }
    made = scim.post("/Users", body).json
    row = seen_by_scim(scope, made["id"])
    invitations.accept(invitations.link_token(invitations.latest(scope, row)), "a hash")
    users.deactivate(scope, row.id)

    scim.post("/Users", body | {"emails": [{"value": "ann@new.example"}]})

    again = users.get(scope, row.id)
    assert (again.email, again.active, again.unconfirmed_since is not None) == ("ann@new.example", True, True)


def test_somebody_inactive_gets_the_link_with_the_activation(scope, person):
    users.deactivate(scope, person.id)
    change(scope, person)
    assert waiting(scope, "email_confirmation") == []

    users.activate(scope, person.id)

    assert waiting(scope, "email_confirmation") == [("email_confirmation", NEW)]


def test_the_link_is_sent_again_and_the_one_before_stops_working(scope, person):
    change(scope, person)
    first = token_of(scope, person)

    email_changes.send_again(scope, person.id)

    with pytest.raises(LinkNotUsable):
        own_email.find_usable(first)
    assert own_email.find_usable(token_of(scope, person)).email == NEW


def test_nothing_is_sent_again_when_nothing_waits(scope, person):
    with pytest.raises(NotAllowed):
        email_changes.send_again(scope, person.id)


def test_no_password_link_goes_to_an_address_that_nobody_confirmed(scope, person):
    change(scope, person)
    password_resets.send_to(NEW)

    assert waiting(scope, "password_reset") == []
    with pytest.raises(NotAllowed):
        password_resets.request_for(scope, person.id)


def test_an_own_change_waits_for_the_link_and_the_old_address_stays(scope, person):
    own_email.ask(person_scope(person), NEW)

    row = users.get(scope, person.id)
    assert (row.email, row.unconfirmed_since) == ("wilma@corp.example", None)
    assert waiting(scope, "email_confirmation", "email_change_asked") == [
        ("email_confirmation", NEW),
        ("email_change_asked", "wilma@corp.example"),
    ]
    assert new_addresses.pending(scope, row).email == NEW


def test_an_own_change_counts_once_the_link_is_opened(scope, person):
    own_email.ask(person_scope(person), NEW)

    row = own_email.confirm(token_of(scope, person))

    assert (row.email, row.user_name, row.unconfirmed_since) == (NEW, NEW, None)
    assert ("email_changed", "wilma@corp.example") in waiting(scope, "email_changed")
    assert new_addresses.pending(scope, row) is None


def test_an_own_change_can_be_withdrawn(scope, person):
    own_email.ask(person_scope(person), NEW)
    token = token_of(scope, person)

    own_email.withdraw(person_scope(person))

    with pytest.raises(LinkNotUsable):
        own_email.confirm(token)
    assert waiting(scope, "email_confirmation") == []


def test_signing_somebody_out_withdraws_the_address_they_asked_for_and_no_other(scope, person, make_user):
    renamed = change(scope, make_user(), "moved@new.example")
    own_email.ask(person_scope(person), NEW)
    for each in (person, renamed):
        access.sign_out_everywhere(scope, each.id)

    with pytest.raises(LinkNotUsable):
        own_email.confirm(token_of(scope, person))
    assert ("email_confirmation", NEW) not in waiting(scope, "email_confirmation")
    assert own_email.confirm(token_of(scope, renamed)).unconfirmed_since is None


def test_an_address_in_use_is_refused_when_asked_for_and_when_confirmed(scope, person, make_user):
    other = make_user(email="taken@corp.example")
    with pytest.raises(EmailTaken):
        own_email.ask(person_scope(person), "TAKEN@corp.example")
    own_email.ask(person_scope(person), NEW)
    users.update(scope, other.id, UserChanges(email=NEW))

    with pytest.raises(EmailTaken):
        own_email.confirm(token_of(scope, person))
    assert users.get(scope, person.id).email == "wilma@corp.example"


@only_sqlite
@pytest.mark.parametrize(
    "email", ["wilma@corp.example", "no address", "x" * 320 + "@corp.example", "a..b@corp.example"]
)
def test_what_is_no_new_address_is_refused(person, email):
    with pytest.raises(InvalidValue):
        own_email.ask(person_scope(person), email)


def test_an_address_that_the_directory_keeps_changes_there_only(scope, scim):
    made = scim.post("/Users", {"userName": "ann@corp.example", "name": {"givenName": "Ann"}}).json
    row = seen_by_scim(scope, made["id"])

    with pytest.raises(Managed):
        own_email.ask(person_scope(row), NEW)


def test_administrators_change_their_own_address_on_their_profile(scope, account):
    with pytest.raises(InvalidValue, match="your profile"):
        change(scope, account.owner)


def test_a_reset_on_the_server_needs_no_mail(account):
    owner = accounts.reset_owner(account.id, "a hash", "owner@rescue.example")

    assert (owner.email, owner.unconfirmed_since) == ("owner@rescue.example", None)


def test_erasing_withdraws_the_notices_too(scope, person):
    from scimapp.directory.erasure import erasure

    change(scope, person)
    users.deactivate(scope, person.id)
    erasure.erase(scope, person.id)

    assert not [mail for mail in newest_mails(scope, per_page=100).items if mail.state == "waiting"]


TOMBSTONE = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize("emails", [None, [{"value": "ann@corp.example", "type": "work", "primary": True}]])
def test_the_name_that_entra_gives_the_deleted_is_no_address(scope, scim, emails):
    entra = scim.for_provider("entra")
    body = {"userName": "ann@corp.example", "name": {"givenName": "Ann"}} | ({"emails": emails} if emails else {})
    made = entra.post("/Users", body).json

    gone = entra.patch(f"/Users/{made['id']}", replace={"userName": f"{TOMBSTONE}ann@corp.example", "active": False})

    assert gone.status_code == 200
    row = seen_by_scim(scope, made["id"])
    assert (row.user_name, row.email) == (f"{TOMBSTONE}ann@corp.example", "ann@corp.example")
    entra.patch(f"/Users/{made['id']}", replace={"userName": "ann@corp.example", "active": True})
    assert seen_by_scim(scope, made["id"]).email == "ann@corp.example"


def test_thirty_two_digits_in_front_of_another_name_are_an_address(scope, scim):
    made = scim.post("/Users", {"userName": "ann@corp.example", "name": {"givenName": "Ann"}}).json

    scim.patch(f"/Users/{made['id']}", replace={"userName": f"{TOMBSTONE}bo@corp.example", "active": False})

    assert seen_by_scim(scope, made["id"]).email == f"{TOMBSTONE}bo@corp.example"

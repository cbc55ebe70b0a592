"""Invitations: one link, one use, a few days."""

import pytest

from scimapp.directory.changes import UserChanges, UserDraft
from scimapp.directory.errors import InvitationNotUsable, NotAllowed
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from scimapp.directory.sign_in import sessions
from tests.support.databases import only_sqlite
from tests.support.mails import newest_mails


@pytest.fixture
def invited(okta_scope):
    """Somebody whom Okta has just created."""
    return users.provision(okta_scope, UserDraft.from_form(given_name="Ann", email="ann@corp.example"))


def link(scope, user):
    return invitations.link_token(invitations.latest(scope, user))


def waiting(scope):
    return [mail for mail in newest_mails(scope).items if mail.state == "waiting"]


def test_accepting_sets_the_password_and_uses_the_link_up(scope, invited):
    token = link(scope, invited)

    row = invitations.accept(token, "a hash")

    assert (row.state, row.password_hash) == ("active", "a hash")
    assert [mail.state for mail in newest_mails(scope).items] == ["cancelled"]
    with pytest.raises(InvitationNotUsable):
        invitations.accept(token, "another hash")
    assert users.get(scope, invited.id).password_hash == "a hash"


def test_looking_at_a_link_changes_nothing(scope, invited):
    for _ in range(3):
        assert invitations.find_usable(link(scope, invited)).email == "ann@corp.example"


def test_only_the_hash_of_a_link_is_kept(scope, invited):
    token = link(scope, invited)
    invitation = invitations.latest(scope, invited)

    assert token not in [str(value) for value in vars(invitation).values()]


def test_a_link_ends_after_seven_days(scope, invited, clock):
    token = link(scope, invited)
    clock.advance(seconds=7 * 86_400 - 5)
    assert invitations.find_usable(token)

    clock.advance(seconds=10)

    with pytest.raises(InvitationNotUsable):
        invitations.accept(token, "a hash")


@only_sqlite
@pytest.mark.parametrize("token", ["", None, "x", "x" * 43, "x" * 500, "\0" * 43, "é" * 43])
def test_a_malformed_link_is_nobodys(app, token):
    with pytest.raises(InvitationNotUsable):
        invitations.find_usable(token)


def test_sending_again_replaces_the_old_link_and_its_mail(scope, invited):
    old = link(scope, invited)

    invitations.resend(scope, invited.id)

    with pytest.raises(InvitationNotUsable):
        invitations.find_usable(old)
    assert invitations.find_usable(link(scope, invited))
    assert len(waiting(scope)) == 1


def test_deactivation_ends_the_link_and_the_mail_and_reactivation_invites_again(scope, okta_scope, invited):
    old = link(scope, invited)
    users.deactivate(okta_scope, invited.id)
    assert waiting(scope) == []

    users.activate(okta_scope, invited.id)

    with pytest.raises(InvitationNotUsable):
        invitations.find_usable(old)
    assert invitations.find_usable(link(scope, invited))


def test_an_ordinary_update_invites_nobody_again(scope, okta_scope, invited):
    users.update(okta_scope, invited.id, UserChanges(core={"title": "Cook"}))

    assert len(waiting(scope)) == 1


def test_somebody_who_accepted_is_never_invited_again(scope, okta_scope, invited):
    invitations.accept(link(scope, invited), "a hash")
    users.deactivate(okta_scope, invited.id)
    users.activate(okta_scope, invited.id)

    assert waiting(scope) == []
    with pytest.raises(NotAllowed, match="accepted"):
        invitations.resend(scope, invited.id)


def test_nobody_inactive_is_invited_until_activated(scope, okta_scope):
    draft = UserDraft.from_form(given_name="Bo", email="bo@corp.example", active=False)
    row = users.provision(okta_scope, draft)
    assert waiting(scope) == []

    users.activate(okta_scope, row.id)

    assert [mail.to_address for mail in waiting(scope)] == ["bo@corp.example"]


def test_deactivation_ends_every_session_for_good(scope, okta_scope, invited):
    row = invitations.accept(link(scope, invited), "a hash")
    secret = sessions.start(row, "203.0.113.8", "Firefox")
    assert sessions.find(secret).id == invited.id

    users.deactivate(okta_scope, invited.id)
    assert sessions.find(secret) is None
    users.activate(okta_scope, invited.id)

    assert sessions.find(secret) is None


def test_renewal_tells_nothing_and_sends_at_most_one_mail_in_ten_minutes(scope, invited, clock):
    invitations.renew("nobody@corp.example")
    invitations.renew("ann@corp.example")
    assert len(waiting(scope)) == 1
    first = link(scope, invited)
    clock.advance(seconds=11 * 60)

    invitations.renew("ANN@corp.example")

    assert link(scope, invited) != first
    assert len(waiting(scope)) == 1

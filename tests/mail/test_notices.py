"""Mails to administrators: no free seat, and an account with another owner."""

import pytest

from scimapp.directory.accounts import account_owner, account_settings
from scimapp.mail.messages import render
from tests.support.databases import on_both
from tests.support.mails import newest_mails


@pytest.fixture
def written(app, scope):
    """``written(kind)`` renders every mail of a kind."""

    def write(kind):
        mails = [mail for mail in newest_mails(scope).items if mail.kind == kind]
        return [(mail, render(mail, app.config["SETTINGS"], masked=False)) for mail in mails]

    return write


@on_both
def test_a_full_account_says_what_happened_and_where_to_go(scope, scim, written):
    account_settings.change_security(scope, seat_limit=1)
    scim.post("/Users", {"userName": "ann@corp.example"})

    ((mail, message),) = written("seats_full")

    assert message.subject == mail.subject == "Acme has no free seat"
    assert message.link == "http://people.example/settings/security"
    for text in (message.text, message.html):
        assert "Hello Olive," in text
        assert "Every seat of Acme is in use" in text
        assert message.link in text
    assert "ann@corp.example" not in message.text + message.html
    assert len(message.html.encode()) < 12_000


def test_both_owners_read_who_owns_the_account_now(scope, account, make_user, written):
    ingrid = make_user(role="super_admin", given_name="Ingrid", family_name="Halvorsen")
    account_owner.transfer(scope, ingrid.id)

    mails = written("ownership_transferred")

    assert {mail.to_address for mail, _ in mails} == {ingrid.email, account.owner.email}
    for mail, message in mails:
        assert message.subject == mail.subject == "Ingrid Halvorsen is the Account Owner of Acme now"
        assert message.link == "http://people.example/settings/roles"
        for text in (message.text, message.html):
            assert "The ownership of Acme was transferred on " in text
            assert "Only Ingrid Halvorsen can give the ownership back." in text

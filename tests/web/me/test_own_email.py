"""Another address for oneself on the own page."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.links import new_addresses, own_email
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import own_password
from tests.support.mails import confirmation_link, newest_mails
from tests.support.people import PASSWORD

NEW = "zoe@new.example"


def ask(screens, email=NEW):
    return screens("/me").form("email").fill(new_email=email).submit()


def test_the_old_address_stays_in_use_until_the_link_is_opened(own, scope, zoe):
    asked = ask(own)

    assert f"A link is on its way to {NEW}. Your present address stays in use until you open it." in asked.text
    assert users.get(scope, zoe.id).email == zoe.email
    assert "A link was sent to" in asked.text
    kinds = {mail.kind: mail.to_address for mail in newest_mails(scope).items if "email" in mail.kind}
    assert kinds == {"email_confirmation": NEW, "email_change_asked": zoe.email}
    own_email.confirm(confirmation_link(scope, zoe).rpartition("/")[2])
    shown = own("/me")
    assert NEW in shown.text
    assert "A link was sent to" not in shown.text


def test_a_session_that_ends_while_its_form_waits_its_turn_leaves_no_link(monkeypatch, own, scope, zoe):
    shown, asked_for = own("/me").form("email").fill(new_email=NEW), own_email.ask

    def after_another_password(*arguments, **named):
        own_password.change(person_scope(zoe), "another hash")
        return asked_for(*arguments, **named)

    monkeypatch.setattr(own_email, "ask", after_another_password)

    assert shown.submit().status_code == 403
    assert new_addresses.pending(scope, users.get(scope, zoe.id)) is None
    assert NEW not in {mail.to_address for mail in newest_mails(scope).items}


def test_a_change_is_withdrawn(own, scope, zoe):
    kept = ask(own).form("email-withdraw").submit()

    assert "Your address stays as it is." in kept.text
    assert new_addresses.pending(scope, users.get(scope, zoe.id)) is None
    assert "A link was sent to" not in kept.text


def test_the_link_is_sent_again_and_the_one_before_is_dead(own, scope, zoe, visitor):
    asked = ask(own)
    first = confirmation_link(scope, zoe)

    again = asked.form("email-again").submit()

    assert f"Another link is on its way to {NEW}." in again.text
    assert visitor(first).status_code == 410
    assert visitor(confirmation_link(scope, zoe)).status_code == 200


@pytest.mark.parametrize("email, words", [
    ("", "Enter an e-mail address."),
    ("zoe\u200b@new.example", "“zoe\u200b@new.example” is not an e-mail address. Write it as name@example.com."),
    ("nobody", "“nobody” is not an e-mail address. Write it as name@example.com."),
    ("taken@corp.example", "The e-mail address “taken@corp.example” belongs to another person in this account already."),
])  # fmt: skip
def test_what_cannot_be_is_told_beside_the_field(own, make_user, email, words):
    make_user(email="taken@corp.example")

    answer = ask(own, email)

    assert answer.status_code == 422
    assert answer.tree.find("div", id="new_email-error").text == words
    assert answer.form("email").values["new_email"] == [email]


def test_ones_own_address_is_no_other(own, zoe):
    answer = ask(own, zoe.email.upper())

    assert answer.tree.find("div", id="new_email-error").text == "This is your address already."


def test_the_password_is_asked_for_when_it_was_typed_long_ago(own, scope, zoe, clock):
    form = own("/me").form("email").fill(new_email=NEW)
    clock.advance(minutes=6)

    asked = form.submit()

    assert asked.status_code == 403
    assert new_addresses.pending(scope, zoe) is None
    sent = asked.form("confirm").fill(confirm_password=PASSWORD).submit()
    assert f"A link is on its way to {NEW}." in sent.text


def test_nobody_floods_mailboxes(own):
    for number in range(5):
        ask(own, f"zoe{number}@new.example")

    refused = ask(own)

    assert (refused.status_code, "Too many tries." in refused.text) == (429, True)
    assert refused.form("email").values["new_email"] == [NEW]
    assert "Too many tries." in refused.form("email-again").submit().text


def test_an_address_that_somebody_else_changed_waits_for_its_link(own, scope, zoe, clock):
    users.update(scope, zoe.id, UserChanges(email=NEW))
    clock.advance(minutes=2)

    shown = own("/me")

    assert (
        "Somebody changed your address. Open the link that was sent there, or you cannot sign in again." in shown.text
    )
    assert f"A link is on its way to {NEW}." in shown.form("email-again").submit().text


def test_without_anything_to_confirm_nothing_is_sent(own):
    token = own("/me").form("email").values["csrf_token"][0]

    answer = own.go("/me/email/again", method="POST", data=f"csrf_token={token}")

    assert "There is no address to confirm any more." in answer.text


def test_an_address_of_the_directory_changes_there_only(scim, sign_in_as, zoe):
    scim.patch(f"/Users/{zoe.scim_id}", replace={"title": "Buyer"})

    shown = sign_in_as(zoe)("/me")

    assert (
        "Managed by Okta . It changes there only." in shown.text
        or "Managed by Okta. It changes there only." in shown.text
    )
    assert not [form for form in shown.forms if form.answers_to("email")]


def test_its_address_leads_to_the_card(own):
    assert own("/me/email").url == "/me"

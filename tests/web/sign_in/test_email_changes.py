"""Confirming an address, and signing in while it is not confirmed."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.links import own_email
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from tests.support.databases import on_both
from tests.support.mails import confirmation_link, newest_mails
from tests.support.people import PASSWORD

NEW = "zoe@new.example"
# Every person of this file has the same two addresses: one of a test before could sign in with them as well.
pytestmark = pytest.mark.usefixtures("empty_database")


@pytest.fixture
def person(make_user):
    return make_user(email="zoe@corp.example")


@pytest.fixture
def changed(scope, person):
    """The person, after an administrator gave her another address."""
    return users.update(scope, person.id, UserChanges(email=NEW))


def confirmations(scope):
    return [mail for mail in newest_mails(scope, per_page=100).items if mail.kind == "email_confirmation"]


def test_nobody_signs_in_with_an_address_that_is_not_confirmed(visitor, changed):
    refused = visitor.sign_in(NEW, PASSWORD)

    assert refused.status_code == 422
    assert "Confirm your new e-mail address first; we sent a link to z…@new.example." in refused.text


def test_with_a_wrong_password_the_answer_tells_nothing(visitor, changed):
    assert "do not match" in visitor.sign_in(NEW, "not the password").text


def test_the_link_is_sent_again_from_the_sign_in_page(visitor, scope, changed, clock):
    refused = visitor.sign_in(NEW, PASSWORD)
    clock.advance(minutes=2)

    again = refused.form("send-again").submit()

    assert "A link is on its way to z…@new.example." in again.text
    assert [mail.state for mail in confirmations(scope)] == ["waiting", "cancelled"]


def test_the_persons_page_tells_what_is_waited_for_and_sends_it_again(account, scope, make_user, clock):
    changed = users.update(scope, make_user().id, UserChanges(email="bo@new.example"))
    waiting = account.screens()(f"/users/{changed.id}")
    clock.advance(hours=25)
    page = account.screens()
    over = page(f"/users/{changed.id}")

    again = over.form("confirmation").submit()

    assert "cannot sign in before the new address is confirmed. A link was sent to" in waiting.text
    assert "The link that was sent to bo@new.example no longer works." in over.text
    assert "A link goes to bo@new.example. Older links stopped working." in again.text
    assert "It works until" in again.text
    page(confirmation_link(scope, changed)).form("confirm-email").submit()
    assert "cannot sign in" not in page(f"/users/{changed.id}").text


def test_without_the_right_password_nothing_is_sent_again(visitor, scope, changed, clock):
    clock.advance(minutes=2)
    sent = visitor.sign_in(NEW, "not the password")
    assert not [form for form in sent.forms if form.answers_to("send-again")]

    token = sent.tree.find_all("input", name="csrf_token")[0].get("value")
    visitor.go("/sign-in/send-again", method="POST", data=f"csrf_token={token}")

    assert len(confirmations(scope)) == 1


def test_confirming_lets_the_person_in(visitor, scope, changed):
    page = visitor(confirmation_link(scope, changed))
    assert NEW in page.text

    confirmed = page.form("confirm-email").submit()

    assert (confirmed.url, "Your address is confirmed." in confirmed.text) == ("/sign-in", True)
    assert visitor.sign_in(NEW, PASSWORD).url == "/me"


def test_looking_at_the_link_confirms_nothing(visitor, scope, changed):
    for _ in range(3):
        visitor(confirmation_link(scope, changed))

    assert users.get(scope, changed.id).unconfirmed_since is not None


def test_an_own_change_leads_back_to_the_profile(sign_in_as, scope, person):
    screens = sign_in_as(person)
    own_email.ask(person_scope(person), NEW)

    assert screens(confirmation_link(scope, person)).form("confirm-email").submit().url == "/me"


def test_a_used_or_unknown_link_says_so(visitor, scope, changed):
    link = confirmation_link(scope, changed)
    visitor(link).form("confirm-email").submit()

    for path in (link, "/email/confirm/" + "x" * 43):
        page = visitor(path)
        assert (page.status_code, "This link no longer works" in page.text) == (410, True)


@on_both
def test_an_address_taken_meanwhile_is_told(visitor, scope, person, make_user):
    other = make_user()
    own_email.ask(person_scope(person), NEW)
    users.update(scope, other.id, UserChanges(email=NEW))

    page = visitor(confirmation_link(scope, person)).form("confirm-email").submit()

    assert (page.status_code, "belongs" in page.text) == (422, True)

"""Another password on the own page."""

import pytest

from tests.support.mails import newest_mails
from tests.support.people import PASSWORD

NEW = "nine green bottles on a wall"


def change(screens, present=PASSWORD, new=NEW):
    return screens("/me").form("password-form").fill(present_password=present, password=new).submit()


def test_the_password_changes_and_every_other_session_ends(own, sign_in_as, visitor, scope, zoe):
    elsewhere = sign_in_as(zoe)
    assert "Your password *" in [label.text for label in own("/me").tree.find_all("label")]

    changed = change(own)

    assert "Your password is changed. Every other session has ended." in changed.text
    assert own("/me").status_code == 200
    assert elsewhere("/me").url.startswith("/sign-in")
    assert visitor.sign_in(zoe.email, PASSWORD).status_code == 422
    assert visitor.sign_in(zoe.email, NEW).url == "/users"
    assert [mail.kind for mail in newest_mails(scope).items].count("password_changed") == 1


def test_this_session_goes_on_under_a_new_secret(own):
    before = own.visitor.cookie("scimapp_session").value
    change(own)

    assert own.visitor.cookie("scimapp_session").value != before
    own.visitor._client.set_cookie("scimapp_session", before, domain="people.example")
    assert own("/me").url.startswith("/sign-in")


@pytest.mark.parametrize("present, new, field, words", [
    ("", NEW, "present_password", "Enter your password."),
    ("not the password", NEW, "present_password", "That is not your password."),
    (PASSWORD, "", "password", "Choose a password."),
    (PASSWORD, "short one", "password", "Too short: 9 of at least 12 characters."),
    (PASSWORD, "password1234", "password", "This password is on the list of common ones. Add a few words."),
    (PASSWORD, PASSWORD, "password", "This is your password already."),
])  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_no_password_comes_back(own, present, new, field, words):
    answer = change(own, present, new)

    assert answer.status_code == 422
    assert answer.tree.find("div", id=f"{field}-error").text == words
    assert PASSWORD not in answer.html and NEW not in answer.html


def test_a_wrong_present_password_and_a_weak_new_one_are_told_at_once(own):
    answer = change(own, "not the password", "short one")

    assert answer.tree.find("div", id="present_password-error").text == "That is not your password."
    assert answer.tree.find("div", id="password-error").text == "Too short: 9 of at least 12 characters."
    assert own("/me").status_code == 200


def test_a_password_does_not_contain_the_address(own, zoe):
    answer = change(own, new=f"{zoe.email} was here")

    assert answer.tree.find("div", id="password-error").text == "It contains your e-mail address."


def test_guessing_is_slowed_down(own):
    for _ in range(10):
        change(own, "a guess")

    answer = change(own)

    assert (answer.status_code, "Too many tries." in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0


def test_its_address_leads_to_the_card(own):
    assert own("/me/password").url == "/me"

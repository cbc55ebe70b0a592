"""Whoever manages an account gives one of its people the address of somebody elsewhere. The password of that person is right, but
the address was never confirmed: it takes no guesses at the other one back.
"""

import pytest

from scimapp.auth import passwords
from scimapp.directory.changes import UserChanges
from scimapp.directory.people import users
from scimapp.directory.sign_in import sign_in as people
from tests.support.doors import Screens

OWN, WRONG = "a long walk elsewhere", "not the password"


@pytest.fixture
def accomplice(app, account, other_account, clock):
    """The screens of a person of another account, who was signed in before the address was changed."""
    own = other_account.make_user(email="mallory@other.example")
    people.replace_password_hash(own, passwords.hash_password(OWN))
    screens = Screens(app)
    assert screens.sign_in(own.email, OWN).url == "/me"
    users.update(other_account.scope, own.id, UserChanges(email=account.owner.email))
    clock.advance(minutes=6)
    return screens


@pytest.fixture
def guess(app, account):
    """``guess()`` is the answer to a password at the sign-in page."""
    return lambda password=WRONG: Screens(app).sign_in(account.owner.email, password)


def test_at_the_sign_in(accomplice, guess):
    for _ in range(9):
        guess()

    assert "Confirm your new e-mail address first" in guess(OWN).text

    assert guess().status_code == 422
    assert guess().status_code == 429


def test_at_a_confirmation(accomplice, guess):
    for _ in range(9):
        guess()

    confirmed = accomplice("/me/confirm").form("confirm").fill(confirm_password=OWN).submit()

    assert confirmed.status_code == 200 and confirmed.url != "/me/confirm"
    assert guess().status_code == 422
    assert guess().status_code == 429

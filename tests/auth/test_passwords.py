"""What makes a password too weak, and that hashes mean exactly what was typed."""

import pytest
from argon2 import extract_parameters
from argon2.exceptions import VerifyMismatchError

from scimapp.auth import passwords
from scimapp.auth.passwords import WeakPassword, check_password


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("short", "Too short: 5 of at least 12"),
        ("x" * 129, "at most 128"),
        ("password123456", "common"),
        ("2580147!@#-+", "common"),
        ("PASSWORD123456", "common"),
        ("qwertyuiop1234", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("abcabcabcabcabc", "common"),
        ("passwordpassword", "common"),
        ("Hunter-22Hunter-22Hunt", "common"),
        ("ann.lee@corp.example 1", "e-mail address"),
        ("my name is ann.lee", "e-mail address"),
        ("Meadowfields2026!", "own name or the account's"),
        ("#Meadowfields@2026", "own name or the account's"),
        ("Lee 2026-11-27", "own name or the account's"),
        ("Acme Foods Inc 2026!", "own name or the account's"),
        ("1836 2749 5501", "common"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password, complaint):
    with pytest.raises(WeakPassword, match=complaint):
        check_password(
            password, email="ann.lee@corp.example", names=("Meadowfields", "Ann Lee", "Lee", "Acme Foods Inc.", "")
        )


@pytest.mark.parametrize(
    "password", ["a long walk over the hill", "a long walk a", "  spaces kept at the ends  ", "длинный пароль здесь"]
)
def test_a_sentence_is_accepted(password):
    check_password(password, email="ann@corp.example", names=("Brightwater",))


def test_a_password_means_exactly_what_was_typed(app):
    long = "x y" * 42
    stored = passwords.hash_password(long + "1")

    assert passwords.is_right(stored, long + "1")
    assert not passwords.is_right(stored, long + "2")
    assert not passwords.is_right(stored, long + "1 ")


def test_nobody_has_a_password(app):
    assert not passwords.is_right(None, "a password that nobody has")
    assert not passwords.is_right("no hash", "anything")


@pytest.mark.parametrize(
    "broken", ["", "!", "no$hash", "$argon2id$v=19$m=1024,t=2,p=1$$", "$argon2id$v=19$m=1024,t=2,p=1$a$b"]
)
def test_what_is_no_hash_lets_nobody_in_and_nobody_wait(app, broken):
    """Whoever is locked out by a shell, with an empty text in place of the hash, could be entered with any password."""
    own = passwords.hash_password("a long walk over the hill")

    for password in ("anything", ""):
        assert passwords.those_right([broken], password) == set()
    assert passwords.those_right([broken, own], "a long walk over the hill") == {own}
    assert not passwords.is_outdated(own, broken)
    assert passwords.is_right(passwords.hash_password("another walk", beside=broken), "another walk")


def test_nobodys_hash_is_tried_like_any_other(app):
    """With other parameters, or as no hash at all, it would tell in a moment that there is nobody."""
    nobodys, somebodys = passwords._nobodys_hash, passwords.hash_password("a long walk over the hill")

    assert extract_parameters(nobodys) == extract_parameters(somebodys)
    with pytest.raises(VerifyMismatchError):
        passwords._hasher.verify(nobodys, "anything")

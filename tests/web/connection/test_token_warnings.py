"""Warnings of the SCIM connection about its tokens: each goes when a token in order takes the place of the one it is about."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import scim_tokens, token_changes
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.web.moment_words import exact

PAGE = "/provisioning"


def test_a_token_that_ends_within_ten_days_until_it_is_rotated(page, scope, clock):
    token, _ = scim_tokens.generate(scope, "Okta production", "okta", 10, activate=True)
    clock.advance(minutes=1)

    screen = page(PAGE)
    assert "The token “Okta production” ends in 9 days. Calls with it answer 401 from then on." in screen.text

    screen.follow("Rotate it").form("rotate").submit()
    assert "Calls with it answer 401" not in page(PAGE).text


@pytest.mark.parametrize(
    ("made_as", "now", "words"),
    [
        ("user_admin", Role.MEMBER, "may now change Members only"),
        ("super_admin", Role.USER_ADMIN, "is a User Admin now"),
    ],
)
def test_a_token_whose_maker_lost_the_role(page, scope, make_user, made_as, now, words):
    maker = make_user(role=made_as)
    scim_tokens.generate(person_scope(maker), "Theirs", "okta", activate=True)
    users.update(scope, maker.id, UserChanges(role=now))

    screen = page(PAGE)

    assert (
        f"The token “Theirs”: Its maker {'is no administrator any more' if now is Role.MEMBER else words}"
        in screen.text
    )
    assert words in screen.text
    assert screen.follow("Generate another token").status_code == 200


def test_a_token_whose_maker_is_inactive_until_it_is_rotated(page, scope, make_user):
    maker = make_user(role="user_admin")
    scim_tokens.generate(person_scope(maker), "Theirs", "okta", activate=True)
    users.deactivate(scope, maker.id)

    screen = page(PAGE)
    assert "The token “Theirs”: Its maker is inactive. It keeps working; rotate it to make it yours" in screen.text

    screen.follow("Rotate it").form("rotate").submit()
    assert "The token “Theirs”: Its maker is inactive" not in page(PAGE).text


@pytest.mark.parametrize("is_revoked", [True, False])
def test_no_token_works_any_more(account, scope, scim, make_field, clock, is_revoked):
    """The page said nothing of it, and went on about a value that "the directory" never sent."""
    make_field("badge", label="Badge number")
    scim.get("/Users")
    (token,) = scim_tokens.list_tokens(scope)
    if is_revoked:
        scim_tokens.revoke(scope, token.id)
    else:
        clock.advance(days=400)

    screen = account.screens()(PAGE)

    assert f"No token works any more: “Test okta” {'was revoked' if is_revoked else 'ended'} on" in screen.text
    assert "Every call is answered with 401. Generate another token and paste it in Okta." in screen.text
    assert "Okta has never sent a value for “Badge number”." in screen.text
    assert "Pause SCIM" not in screen.text
    assert "Your new SCIM token" in screen.go("/provisioning/configure").form("generate").submit().text


def test_a_token_with_less_than_a_day_left_says_when(account, scope, clock):
    token, _ = scim_tokens.generate(scope, "Okta production", "okta", 10, activate=True)
    clock.advance(days=9, hours=23, minutes=50)

    assert f"ends on {exact(token.expires_at)}. Calls with it answer 401 from then on." in account.screens()(PAGE).text


def test_a_rotated_token_until_the_directory_has_the_new_one(account, scope, scim, clock):
    scim.get("/Users")
    (old,) = scim_tokens.list_tokens(scope)
    _, secret = token_changes.rotate(scope, old.id, "day", 365)

    assert (
        "the one made in its place has not been used yet. Give it to Okta before then." in account.screens()(PAGE).text
    )

    clock.advance(days=1, minutes=1)
    assert "goes on calling" not in account.screens()(PAGE).text  # nobody does
    assert scim.get("/Users").status_code == 401
    assert "Okta goes on calling with the token “Test okta”, which ended on" in account.screens()(PAGE).text

    assert scim.with_token(secret).get("/Users").status_code == 200
    assert "“Test okta”" not in account.screens()(PAGE).text


def test_a_directory_is_not_to_be_given_the_token_of_another(account, scope, scim, clock):
    """With a token of Entra that worked, it read "Give it the one that works"."""
    scim.get("/Users")
    clock.advance(days=366)
    scim_tokens.generate(scope, "Entra", "entra", 365, activate=True)
    assert scim.get("/Users").status_code == 401

    screen = account.screens()(PAGE)

    assert "Okta goes on calling with the token “Test okta”, which ended on" in screen.text
    assert "and has no other one." in screen.text
    assert "Give it the one that works" not in screen.text
    assert screen.follow("Generate another token").status_code == 200


def test_a_rotated_token_whose_new_one_was_revoked(page, scope, scim):
    scim.get("/Users")
    (old,) = scim_tokens.list_tokens(scope)
    new, _ = token_changes.rotate(scope, old.id, "day", 365)
    scim_tokens.revoke(scope, new.id)

    screen = page(PAGE)

    assert "and the one made in its place does not work any more." in screen.text
    assert screen.follow("Generate another token").status_code == 200


def test_tokens_of_one_label_are_told_apart(page, scope, scim):
    (old,) = scim_tokens.list_tokens(scope)
    new, _ = token_changes.rotate(scope, old.id, "day", 365)
    hints = [f"{token.prefix}…{token.last4}" for token in (old, new)]

    log = page("/provisioning/log").text
    assert all(f"Test okta ({hint})" in log for hint in hints)
    for token, hint in zip((old, new), hints, strict=True):
        for question in ("rename", "preset", "revoke"):
            assert hint in page(f"/provisioning/tokens/{token.id}/{question}").tree.find("dialog", open="").text

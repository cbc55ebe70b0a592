"""Signing in and out, and what a stranger learns from it: nothing."""

import pytest

from scimapp.directory import users
from tests.support.people import PASSWORD

WRONG = "do not match"


def sign_in(screens, email, password):
    return screens.go("/sign-in").form("/sign-in").fill(email=email, password=password).submit()


def test_an_admin_lands_on_user_management_and_a_member_on_the_profile(visitor, account, make_user, sign_in_as):
    assert sign_in(visitor, account.owner.email, PASSWORD).url == "/users"
    assert sign_in_as(make_user(role="member"))("/").url == "/me"


@pytest.mark.parametrize("state", ["unknown", "invited", "wrong password"])
def test_whatever_was_wrong_the_answer_is_the_same(visitor, account, make_user, state):
    email = {"unknown": "nobody@acme.example", "wrong password": account.owner.email}.get(state)
    email = email or make_user(state="invited").email

    page = sign_in(visitor, email, "not the password")

    assert (page.status_code, WRONG in page.text) == (422, True)


def test_somebody_inactive_is_told_only_after_the_right_password(visitor, account, scope, make_user):
    person = make_user()
    users.deactivate(scope, person.id)

    assert WRONG in sign_in(visitor, person.email, "not the password").text
    assert "This account is inactive" in sign_in(visitor, person.email, PASSWORD).text


def test_guessing_is_stopped_for_a_while_and_the_right_password_waits_too(visitor, account, clock):
    for _ in range(10):
        sign_in(visitor, account.owner.email, "not the password")

    stopped = sign_in(visitor, account.owner.email, PASSWORD)
    assert (stopped.status_code, "Too many tries" in stopped.text) == (429, True)
    clock.advance(minutes=16)

    assert sign_in(visitor, account.owner.email, PASSWORD).url == "/users"


def test_signing_out_ends_the_session_on_the_server(app, page):
    name = app.config["SESSION_COOKIE_NAME"]
    kept = page.visitor.cookie(name).value
    page("/me").form("/sign-out").submit()

    replayed = page.visitor.open("/me", headers={"Cookie": f"{name}={kept}"})

    assert replayed.status_code == 303
    assert "/sign-in" in replayed.headers["Location"]


def test_a_session_ends_after_an_idle_hour(page, clock):
    assert page("/me").url == "/me"
    clock.advance(minutes=61)

    ended = page("/me")

    assert ended.url.startswith("/sign-in")
    assert "You were signed out" in ended.text


def test_a_session_ends_after_twelve_hours_even_in_use(page, clock):
    for _ in range(15):
        clock.advance(minutes=50)
        last = page("/me")

    assert last.url.startswith("/sign-in")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil.example", "/\tx", "javascript:x"]
)
def test_next_leads_only_into_this_site(visitor, account, target):
    form = visitor.go("/sign-in", query_string={"next": target}).form("/sign-in")

    assert form.fill(email=account.owner.email, password=PASSWORD).submit().url == "/users"


def test_next_leads_back_to_the_page_that_was_wanted(visitor, account):
    form = visitor("/groups?q=sales").form("/sign-in")

    assert form.fill(email=account.owner.email, password=PASSWORD).submit().url == "/groups?q=sales"


def test_an_address_in_two_accounts_asks_which_after_the_password(visitor, account, other_account):
    for made in (account, other_account):
        made.make_user(email="both@corp.example", role="user_admin")

    choice = sign_in(visitor, "both@corp.example", PASSWORD)
    assert "Choose an account" in choice.text
    entered = choice.form("/sign-in/account").fill(account=choice.form("/sign-in/account").controls[-1].get("value"))

    assert entered.submit().url == "/users"


def test_the_choice_of_account_is_not_open_to_strangers(visitor, account):
    assert visitor("/sign-in/account").url == "/sign-in"


def test_a_changed_role_ends_sessions(sign_in_as, scope, make_user):
    person = make_user(role="user_admin")
    screens = sign_in_as(person)
    users.update(scope, person.id, users.UserChanges(role="member"))

    assert screens("/users").url.startswith("/sign-in")

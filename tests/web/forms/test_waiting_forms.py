"""Forms that are sent when nobody is signed in any more: they wait for the sign-in, with what was typed."""

from urllib.parse import urlencode

import pytest

from tests.support import authenticator
from tests.support.people import PASSWORD


def test_a_form_sent_after_the_session_ended_waits_for_the_sign_in(page, account, clock):
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    clock.advance(minutes=61)

    asked = form.submit()
    assert asked.status_code == 403
    assert "You were signed out after a longer pause." in asked.text
    assert "What you typed is kept." in asked.text
    wrong = asked.form("/sign-in").fill(email=account.owner.email, password="not the password").submit()
    back = wrong.form("/sign-in").fill(password=PASSWORD).submit()
    assert "Your input is below; send it again." in back.text
    added = back.form("stale-form").submit()

    assert added.status_code == 200
    assert added.url.startswith("/users/")
    assert "ann@waiting.example" in added.text


def test_a_form_sent_after_signing_out_in_another_tab_waits_for_the_sign_in(page, account):
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    page("/users").form("/sign-out").submit()

    asked = form.submit()

    assert (asked.status_code, asked.tree.find("h1").text) == (403, "Sign in")
    assert "What you typed is kept." in asked.text
    back = asked.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()
    assert back.form("stale-form").submit().url.startswith("/users/")


def test_a_form_waits_for_whoever_signs_in_and_says_whose_it_is_not(page, account, make_user, clock):
    colleague = make_user(role="super_admin", given_name="Ingrid", family_name="Vik")
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    clock.advance(minutes=61)

    back = form.submit().form("/sign-in").fill(email=colleague.email, password=PASSWORD).submit()

    assert back.tree.find("h1").text == "Somebody else is signed in now"
    assert "only if you want that as Ingrid Vik in" in back.text
    assert "made_for" not in back.html
    assert back.form("stale-form").submit().url.startswith("/users/")


@pytest.mark.parametrize("chosen, title", [
    (0, "This form was open too long"), (1, "Somebody else is signed in now"),
])  # fmt: skip
def test_a_form_waits_while_somebody_chooses_an_account(visitor, account, make_account, chosen, title):
    """It was lost: only the address of the wanted page was carried on."""
    accounts = [account, make_account()]
    people = [each.make_user(email="both@waiting.example", role="user_admin") for each in accounts]
    visitor.user = people[0]
    form = visitor.enter()("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    visitor("/users").form("/sign-out").submit()

    choice = form.submit().form("/sign-in").fill(email="both@waiting.example", password=PASSWORD).submit()
    asked_again = choice.form("/sign-in/account").submit()
    back = asked_again.form("/sign-in/account").fill(account=people[chosen].id).submit()

    assert asked_again.status_code == 422
    assert back.tree.find("h1").text == title
    assert back.form("stale-form").values["given_name"] == ["Ann"]


@pytest.mark.parametrize("asked_for", ["account", "code", "recovery code"])
def test_a_form_waits_while_somebody_takes_another_address(page, account, make_account, make_user, clock, asked_for):
    """It was lost: the link led to an empty sign-in page."""
    address = f"colleague-{asked_for.partition(' ')[0]}@waiting.example"
    colleague = make_user(role="user_admin", email=address)
    if asked_for == "account":
        make_account().make_user(email=address, role="user_admin")
    else:
        authenticator.switch_on(colleague)
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    clock.advance(minutes=61)
    asked = form.submit().form("/sign-in").fill(email=address, password=PASSWORD).submit()
    if asked_for == "recovery code":
        asked = asked.form("/sign-in/recovery-code").submit()

    another = asked.form("another-address").submit()
    back = another.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()

    assert (another.status_code, another.tree.find("h1").text) == (200, "Sign in")
    assert "What you typed is kept." in another.text
    assert another.form("/sign-in").values["email"] == [""]
    assert back.form("stale-form").submit().url.startswith("/users/")


def test_a_form_waits_while_somebody_asks_for_a_new_password(page, account, clock):
    """It was lost: a link led to the page that asks for the address, and another one back."""
    form = page("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    clock.advance(minutes=61)

    forgot = form.submit().form("forgotten").submit()
    mistyped = forgot.form("forgot").fill(email="").submit()
    sent = mistyped.form("forgot").fill(email=account.owner.email).submit()
    signs_in = sent.form("back").submit()
    back = signs_in.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()

    assert (forgot.status_code, forgot.tree.find("h1").text) == (200, "Set a new password")
    assert "attention" not in forgot.text
    assert mistyped.status_code == 422
    assert sent.tree.find("h1").text == "Look into your mailbox"
    assert "What you typed is kept." in signs_in.text
    assert back.form("stale-form").submit().url.startswith("/users/")


def test_the_wanted_page_comes_after_another_address_too(visitor, account, make_user):
    """The link led to the first page."""
    colleague = make_user(role="user_admin")
    authenticator.switch_on(colleague)
    asked = visitor("/groups?q=sales").form("/sign-in").fill(email=colleague.email, password=PASSWORD).submit()

    another = asked.follow("Use another address")

    assert another.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit().url == "/groups?q=sales"


def test_a_form_waits_longer_than_a_choice_of_accounts_may_take(visitor, account, make_account, clock):
    """It was lost: the sign-in page came without it."""
    for each in (account, make_account()):
        each.make_user(email="both@waiting.example", role="user_admin")
    visitor.user = account.owner
    form = visitor.enter()("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    visitor("/users").form("/sign-out").submit()
    choice = form.submit().form("/sign-in").fill(email="both@waiting.example", password=PASSWORD).submit()
    clock.advance(minutes=6)

    late = choice.form("/sign-in/account").submit()
    back = late.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()

    assert late.status_code == 403
    assert "That took too long" in late.text
    assert back.form("stale-form").values["given_name"] == ["Ann"]


def test_a_form_of_somebody_else_is_not_sent_from_the_recovery_codes_without_a_question(page, visitor, make_user):
    """One click sent it, and nothing said whose it was."""
    visitor.user = make_user(role="user_admin")
    colleague = make_user(role="user_admin", given_name="Ingrid", family_name="Vik")
    form = visitor.enter()("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    authenticator.set_up(page)
    page("/settings/security").form("security").fill(two_step="require").submit()
    asked = form.submit().form("/sign-in").fill(email=colleague.email, password=PASSWORD).submit()
    phone = authenticator.App(authenticator.key_on(asked))

    codes = asked.form("two-step-set-up").fill(code=phone.code()).submit()
    sent = codes.form("send-on").submit()

    assert sent.tree.find("h1").text == "Somebody else is signed in now"
    assert "only if you want that as Ingrid Vik in" in sent.text
    assert sent.form("stale-form").submit().url.startswith("/users/")


@pytest.mark.parametrize("at", ["/sign-in", "/sign-in/account"])
def test_a_form_waits_on_where_somebody_signed_in_in_another_tab(visitor, account, make_account, at):
    """It was lost: the sign-in led to the first page."""
    people = [each.make_user(email="both@waiting.example", role="user_admin") for each in (account, make_account())]
    visitor.user = people[0]
    form = visitor.enter()("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    visitor("/users").form("/sign-out").submit()
    shown = form.submit()
    if at != "/sign-in":
        shown = shown.form("/sign-in").fill(email="both@waiting.example", password=PASSWORD).submit()
    visitor.enter()

    back = shown.form(at).submit()

    assert (back.status_code, back.tree.find("h1").text) == (403, "This form was open too long")
    assert back.form("stale-form").submit().url.startswith("/users/")


def test_a_file_does_not_wait_and_this_is_said(page, account, clock):
    """The page said that the input was below, and its button sent a form without the file."""
    form = page("/users/import").form("upload").attach("file", b"First name,E-mail\nAnn,a@b.example\n")
    clock.advance(minutes=61)

    asked = form.submit()
    back = asked.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()

    assert "Files are not kept either: start over and choose yours again." in back.text
    assert "file_left_out" not in back.html
    assert back.link("Start over") == "/users/import"


def test_no_password_waits_for_a_sign_in_and_this_is_said(page, account, clock):
    """The page offered to send again what could not be accepted without the password."""
    confirm = page("/me/confirm").form("confirm").fill(confirm_password="hunter2 hunter2")
    clock.advance(minutes=61)

    asked = confirm.submit()
    assert "hunter2" not in asked.html
    back = asked.form("/sign-in").fill(email=account.owner.email, password=PASSWORD).submit()
    assert "Passwords and codes are never kept: type yours again on the next page." in back.text
    assert "secret_left_out" not in back.html
    again = back.form("stale-form")
    assert back.tree.find("form", id="stale-form").find("button").text == "Continue"
    assert again.submit().form("confirm").values["confirm_password"] == [""]


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_a_waiting_form_goes_only_into_this_site(visitor, account, address):
    token = visitor("/sign-in").form("/sign-in").values["csrf_token"][0]
    pairs = {"csrf_token": token, "email": account.owner.email, "password": PASSWORD, "waits_at": address}

    assert visitor.go("/sign-in", method="POST", data=urlencode(pairs)).url == "/users"

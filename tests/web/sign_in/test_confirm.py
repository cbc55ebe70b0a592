"""The password again before something sensitive: asked when the last one is some minutes old, nothing typed is lost."""

import pytest

from scimapp.auth import confirmation
from scimapp.directory.connection import live_tokens, scim_tokens
from tests.support.doors import Screens, Visitor
from tests.support.people import PASSWORD


@pytest.fixture
def late_page(page, clock):
    """The owner's screens, six minutes after the password was typed."""
    clock.advance(minutes=6)
    return page


def generate(page, label="Okta production"):
    return page("/provisioning/configure").form("generate").fill(label=label).submit()


def test_a_password_typed_a_moment_ago_is_not_asked_for_again(page):
    assert "Your new SCIM token" in generate(page).text


def test_a_token_asks_for_the_password_and_keeps_what_was_typed(late_page, scope):
    asked = generate(late_page)
    assert (asked.status_code, "Confirm it is you" in asked.text) == (403, True)
    assert asked.tree.find(id="confirm_password").get("data-focus") is not None, "the focus goes into the box"
    assert not scim_tokens.list_tokens(scope)

    made = asked.form("confirm").fill(confirm_password=PASSWORD).submit()

    assert "Okta production" in made.html
    assert made.headers["Cache-Control"] == "no-store"
    assert scim_tokens.my_draft(scope).label == "Okta production"


def test_a_wrong_password_is_asked_for_again_and_the_form_still_waits(late_page, scope):
    wrong = generate(late_page).form("confirm").fill(confirm_password="not the password").submit()

    assert (wrong.status_code, "That is not your password." in wrong.text) == (422, True)
    assert not scim_tokens.list_tokens(scope)
    assert "Okta production" in wrong.form("confirm").fill(confirm_password=PASSWORD).submit().html


def test_a_page_asks_first_and_leads_on(late_page, scope):
    token, secret = scim_tokens.generate(scope, "Okta", "okta", activate=True)
    asked = late_page(f"/provisioning/tokens/{token.id}/revoke")
    assert asked.url.startswith("/me/confirm")

    question = asked.form("confirm").fill(confirm_password=PASSWORD).submit()

    assert question.url == f"/provisioning/tokens/{token.id}/revoke"
    question.form("revoke").submit()
    assert live_tokens.authenticate(secret) is None


def test_confirming_gives_the_session_a_new_secret_and_the_old_one_is_dead(app, late_page):
    name = app.config["SESSION_COOKIE_NAME"]
    kept = late_page.visitor.cookie(name).value
    late_page("/me/confirm").form("confirm").fill(confirm_password=PASSWORD).submit()

    replayed = Visitor(app).open("/me", headers={"Cookie": f"{name}={kept}"})

    assert late_page("/me").url == "/me"
    assert "/sign-in" in replayed.headers["Location"]


def test_of_one_form_sent_twice_at_once_the_second_asks_to_sign_in(app, late_page, scope, monkeypatch):
    name, twin = app.config["SESSION_COOKIE_NAME"], Screens(app)
    twin.visitor.give_cookie(name, late_page.visitor.cookie(name).value)
    asked = generate(late_page).form("confirm").fill(confirm_password=PASSWORD)
    same = generate(twin).form("confirm").fill(confirm_password=PASSWORD)
    check, answers = confirmation.check, []

    def meanwhile(*arguments):
        monkeypatch.setattr(confirmation, "check", check)
        answers.append(same.submit())
        return check(*arguments)

    monkeypatch.setattr(confirmation, "check", meanwhile)
    second = asked.submit()

    assert "Your new SCIM token" in answers[0].text and twin("/me").url == "/me"
    assert (second.status_code, "What you typed is kept." in second.text) == (403, True)
    assert len(scim_tokens.list_tokens(scope)) == 1


def test_guessing_is_stopped_as_at_the_sign_in_page(late_page):
    for _ in range(10):
        last = late_page("/me/confirm").form("confirm").fill(confirm_password="not the password").submit()
    assert last.status_code == 422

    stopped = late_page("/me/confirm").form("confirm").fill(confirm_password=PASSWORD).submit()

    assert (stopped.status_code, "Too many tries" in stopped.text) == (429, True)


def test_the_last_tries_are_announced(late_page):
    answers = [
        late_page("/me/confirm").form("confirm").fill(confirm_password="not the password").submit().text
        for _ in range(9)
    ]

    assert "more tr" not in answers[6]
    assert "After 2 more tries you must wait 5 minutes." in answers[7]
    assert "After 1 more try you must wait 5 minutes." in answers[8]


def test_next_leads_only_into_this_site(late_page):
    asked = late_page("/me/confirm", query_string={"next": "//evil.example"})

    assert asked.form("confirm").fill(confirm_password=PASSWORD).submit().url == "/users"


def test_strangers_and_members_get_no_further_than_before(visitor, sign_in_as, make_user, clock):
    member = sign_in_as(make_user(role="member"))
    clock.advance(minutes=6)

    assert visitor("/me/confirm").url.startswith("/sign-in")
    assert member("/provisioning/configure").status_code == 403

"""Signing in and out, and what a stranger learns from it: nothing."""

from datetime import timedelta

import pytest

from scimapp.auth import passwords
from scimapp.auth.attempts import Attempts
from scimapp.directory.accounts import account_settings
from scimapp.directory.people import users
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import own_password
from tests.support.doors import Screens
from tests.support.people import PASSWORD

WRONG = "do not match"


def sign_in(screens, email, password):
    return screens.go("/sign-in").form("/sign-in").fill(email=email, password=password).submit()


def test_an_admin_lands_on_user_management_and_a_member_on_the_profile(visitor, account, make_user, sign_in_as):
    assert sign_in(visitor, account.owner.email, PASSWORD).url == "/users"
    assert sign_in_as(make_user(role="member"))("/").url == "/me"


def test_both_fields_say_that_they_are_needed(visitor):
    labels = visitor.go("/sign-in").tree.find_all("label")

    assert [label.text for label in labels] == ["E-mail address *", "Password *"]


def test_whatever_was_wrong_the_answer_is_the_same_byte_for_byte(app, make_user, scope, statements):
    """Security L6: unknown, invited, inactive, removed, and a wrong password."""
    removed = make_user(email="person5555@acme.example")
    users.remove(scope, removed.scim_id)
    emails = {
        "unknown": "person1111@acme.example",
        "invited": make_user(state="invited", email="person2222@acme.example").email,
        "inactive": make_user(state="inactive", email="person3333@acme.example").email,
        "wrong password": make_user(email="person4444@acme.example").email,
        "removed": removed.email,
    }
    answers, work = {}, {}
    for state, email in emails.items():
        form = Screens(app)("/sign-in").form("/sign-in").fill(email=email, password="not the password")
        with statements() as log:
            page = form.submit()
        own = (email, page.form("/sign-in").values["csrf_token"][0])
        assert (page.status_code, WRONG in page.text) == (422, True)
        answers[state] = page.html.replace(own[0], "").replace(own[1], "")
        work[state] = [statement.partition("?")[0] for statement in log]

    assert len(set(answers.values())) == 1
    assert {state: len(log) for state, log in work.items()} == dict.fromkeys(work, len(work["unknown"]))


def test_a_password_that_changes_while_it_is_looked_at_lets_nobody_in(visitor, make_user, monkeypatch):
    person, succeeded = make_user(role="user_admin"), Attempts.succeeded

    def meanwhile(attempts):
        own_password.change(person_scope(person), "another hash")
        return succeeded(attempts)

    monkeypatch.setattr(Attempts, "succeeded", meanwhile)
    answer = sign_in(visitor, person.email, PASSWORD)

    assert (answer.status_code, "your password or role changed" in answer.text) == (403, True)
    assert answer.form("/sign-in") and visitor("/me").url.startswith("/sign-in")


def test_somebody_unknown_costs_a_password_hash_too(visitor, account, monkeypatch):
    hashed = []
    monkeypatch.setattr("scimapp.web.views.sign_in.passwords.work_out", lambda *pair: hashed.append(pair) or "")
    for email in (account.owner.email, "nobody@acme.example"):
        sign_in(visitor, email, "not the password")

    assert [password_hash == passwords._nobodys_hash for password_hash, _ in hashed] == [False, True]


def test_somebody_inactive_is_told_only_after_the_right_password(visitor, account, scope, make_user):
    person = make_user()
    users.deactivate(scope, person.id)

    assert WRONG in sign_in(visitor, person.email, "not the password").text
    refused = sign_in(visitor, person.email, PASSWORD)
    assert refused.status_code == 422
    assert "This account is inactive. Ask an administrator of Acme." in refused.text


def test_guessing_is_stopped_for_a_while_and_the_right_password_waits_too(visitor, account, clock):
    clock.advance(seconds=(20 - clock.now().second) % 60)  # twenty seconds past a minute
    for _ in range(10):
        sign_in(visitor, account.owner.email, "not the password")

    stopped = sign_in(visitor, account.owner.email, PASSWORD)
    assert stopped.status_code == 429
    assert 290 <= int(stopped.headers["Retry-After"]) <= 300
    named = clock.now() + timedelta(minutes=6)  # a pause that ends 20 seconds past ends in the minute after
    assert f"Too many tries. You can try again at {named:%H:%M} UTC." in stopped.text
    clock.advance(minutes=5, seconds=1)

    assert sign_in(visitor, account.owner.email, PASSWORD).url == "/users"


def test_the_last_tries_are_counted_down(visitor, account):
    words = []
    for _ in range(10):
        refused = sign_in(visitor, account.owner.email, "not the password")
        words.append(refused.tree.find("li").text.partition("new password. ")[2])

    assert words[:7] == [""] * 7
    assert words[7:] == [
        "After 2 more tries you must wait 5 minutes.",
        "After 1 more try you must wait 5 minutes.",
        "",
    ]


def test_another_spelling_of_an_address_gives_no_further_tries(visitor, account):
    spellings = (account.owner.email, account.owner.email.upper(), account.owner.email.replace("owner", "ｏwner"))
    for attempt in range(10):
        sign_in(visitor, spellings[attempt % 3], "not the password")

    assert [sign_in(visitor, spelling, PASSWORD).status_code for spelling in spellings] == [429] * 3


def test_signing_out_ends_the_session_on_the_server(app, page, visitor):
    name = app.config["SESSION_COOKIE_NAME"]
    visitor.visitor.give_cookie(name, page.visitor.cookie(name).value)
    assert visitor("/me").url == "/me"
    page("/me").form("/sign-out").submit()

    replayed = visitor.visitor.open("/me")

    assert replayed.status_code == 303
    assert "/sign-in" in replayed.headers["Location"]


def test_a_session_ends_after_an_idle_hour(page, clock):
    assert page("/me").url == "/me"
    clock.advance(minutes=61)

    ended = page("/me")

    assert ended.url.startswith("/sign-in")
    assert "You were signed out after a longer pause." in ended.text


def test_a_session_ends_after_twelve_hours_even_in_use(page, clock):
    for _ in range(15):
        clock.advance(minutes=50)
        last = page("/me")

    assert last.url.startswith("/sign-in")


def test_an_account_sets_how_long_its_sessions_last(account, scope, clock):
    account_settings.change_security(scope, session_hours=1)
    screens = account.screens()
    clock.advance(minutes=40)
    assert screens("/me").url == "/me"
    clock.advance(minutes=25)

    assert screens("/me").url.startswith("/sign-in")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/%5cevil.example",
        "/%5Cevil.example",
        "/\tx",
        "javascript:x",
        "///evil.example",
        "/\r\n/evil.example",
        "\\\\evil.example",
        "evil.example",
        " //evil.example",
        "/\x00evil",
        "",
    ],
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

    ended = screens("/users")

    assert ended.url.startswith("/sign-in")
    assert (
        "You were signed out because your password or role changed, or an administrator ended your sessions."
        in ended.text
    )


def test_deactivation_over_scim_ends_sessions_and_coming_back_revives_none(sign_in_as, scim, make_user):
    person = make_user()
    screens = sign_in_as(person)
    scim.patch(f"/Users/{person.scim_id}", replace={"active": False})
    assert screens("/me").url.startswith("/sign-in")
    scim.patch(f"/Users/{person.scim_id}", replace={"active": True})

    assert screens("/me").url.startswith("/sign-in")


def test_signing_in_begins_a_session_of_its_own(app, visitor, account):
    """Security L10: what a stranger put into the browser before is nobody's session after."""
    name = app.config["SESSION_COOKIE_NAME"]
    visitor("/sign-in")
    before = visitor.visitor.cookie(name).value
    sign_in(visitor, account.owner.email, PASSWORD)
    stranger = Screens(app)
    stranger.visitor.give_cookie(name, before)

    assert stranger("/me").url.startswith("/sign-in")


def test_the_choice_tells_accounts_of_one_name_apart(visitor, account, make_account):
    twin = make_account(account.name)
    for made in (account, twin):
        made.make_user(email="twin@corp.example")

    choice = sign_in(visitor, "twin@corp.example", PASSWORD)

    assert f"Account ID {account.id}" in choice.text
    assert f"Account ID {twin.id}" in choice.text
    assert choice.form("/sign-in/account").submit().status_code == 422

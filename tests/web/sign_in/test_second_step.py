"""The second step of a sign-in, and that no door goes around it."""

import pytest

from scimapp.audit.log import AuditEntry
from scimapp.auth.attempts import CodeAttempts
from scimapp.database import db
from scimapp.directory import secrets
from scimapp.directory.changes import UserChanges
from scimapp.directory.events import RecoveryCodeUsed, SecondStepGuessed
from scimapp.directory.links import one_time_links, password_resets
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from scimapp.directory.sign_in import own_password
from tests.support import authenticator
from tests.support.authenticator import is_outside, type_code
from tests.support.databases import on_both
from tests.support.doors import Screens
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD

NEW = "nine green bottles on a wall"


@pytest.fixture
def asked(visitor, zoe, phone):
    """The page that asks for a code, after Zoe's password."""
    return visitor.sign_in(zoe.email, PASSWORD)


def test_after_the_password_a_code_is_asked_for_and_there_is_no_session_before(visitor, asked, phone):
    assert asked.url == "/sign-in/code"
    field = asked.tree.find("input", id="code")
    assert (field.get("autocomplete"), field.get("inputmode")) == ("one-time-code", "numeric")
    assert field.get("data-focus") is not None, "the focus goes into the box"
    assert is_outside(visitor)

    assert type_code(asked, phone.code()).url == "/users"


def test_what_cannot_be_a_code_is_told_and_takes_no_try(asked, phone):
    for typed in ("12345", "1234567", "12345x", "１２３４５６") * 3:
        asked = type_code(asked, typed)
        assert "Type the six digits that your app shows." in asked.text

    assert type_code(asked, phone.code()).url == "/users"


def test_the_page_that_was_wanted_comes_after_both_steps(visitor, zoe, phone):
    asked = visitor("/groups?q=sales").form("/sign-in").fill(email=zoe.email, password=PASSWORD).submit()

    assert type_code(asked, f" {phone.code()[:3]} {phone.code()[3:]} ").url == "/groups?q=sales"


@pytest.mark.parametrize("steps, is_right", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(asked, phone, steps, is_right):
    answer = type_code(asked, phone.code(steps))

    assert (answer.status_code, answer.url) == ((200, "/users") if is_right else (422, "/sign-in/code"))


def test_a_code_is_taken_once_and_so_are_those_before_it(app, asked, phone, zoe):
    shown = [phone.code(steps) for steps in (-1, 0)]
    assert type_code(asked, shown[1]).url == "/users"

    for code in shown:
        again = type_code(Screens(app).sign_in(zoe.email, PASSWORD), code)
        assert (again.status_code, "This code was used already." in again.text) == (422, True)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨"])
def test_what_is_no_code_is_told_beside_the_field(asked, typed):
    answer = type_code(asked, typed)

    assert (answer.status_code, bool(answer.tree.find("div", id="code-error").text)) == (422, True)


def test_guessing_waits_for_this_person_wherever_it_comes_from_and_is_told(app, scope, zoe, phone, clock):
    words = []
    for attempt in range(10):
        screens = Screens(app)  # each from a network of its own
        wrong = type_code(screens.sign_in(zoe.email, PASSWORD), phone.wrong_code())
        words.append(wrong.tree.find("div", id="code-error").text.partition("must be right.")[2].strip())
        assert wrong.status_code == 422, attempt
        kinds = [mail.kind for mail in newest_mails(scope).items]
        assert kinds.count("second_step_guessed") == (attempt == 9), attempt
    stopped = type_code(Screens(app).sign_in(zoe.email, PASSWORD), phone.code())

    assert words[6:] == [
        "", "After 2 more tries you must wait 30 minutes.", "After 1 more try you must wait 30 minutes.", "",
    ]  # fmt: skip
    assert (stopped.status_code, "Too many tries." in stopped.text) == (429, True)
    assert int(stopped.headers["Retry-After"]) > 25 * 60
    entries = db.select(AuditEntry.event).where(AuditEntry.target_id == zoe.id)
    assert list(db.session.scalars(entries)).count(SecondStepGuessed.name) == 1
    clock.advance(minutes=31)
    assert type_code(Screens(app).sign_in(zoe.email, PASSWORD), phone.code()).url == "/users"


def test_somebody_who_guesses_keeps_nobody_from_a_recovery_code(app, zoe, phone):
    thief = Screens(app)
    for _ in range(11):
        at_code = type_code(thief.sign_in(zoe.email, PASSWORD), phone.wrong_code())
        at_paper = at_code.follow("Use a recovery code").form("recovery-form").fill(code="AAAA").submit()
    assert at_code.status_code == at_paper.status_code == 429

    form = Screens(app).sign_in(zoe.email, PASSWORD).follow("Use a recovery code").form("recovery-form")

    assert form.fill(code=phone.codes[0]).submit().url == "/users"


@on_both
def test_a_recovery_code_works_once_is_recorded_and_told(app, scope, asked, zoe, phone):
    page = asked.follow("Use a recovery code")
    assert "You have 10 recovery codes. Each works once." in page.text
    entered = page.form("recovery-form").fill(code=phone.codes[3].lower().replace("-", " ")).submit()

    assert "You signed in with a recovery code. 9 recovery codes are left." in entered.text
    events = db.select(AuditEntry.event).where(AuditEntry.account_id == scope.account_id)
    assert list(db.session.scalars(events)).count(RecoveryCodeUsed.name) == 1
    assert "recovery_code_used" in {mail.kind for mail in newest_mails(scope).items}
    page = Screens(app).sign_in(zoe.email, PASSWORD).follow("Use a recovery code")
    again = page.form("recovery-form").fill(code=phone.codes[3]).submit()
    assert (again.status_code, "it was used already" in again.text) == (422, True)


def test_a_cookie_that_was_kept_from_before_the_code_opens_nothing_after_it(app, visitor, asked, phone, clock):
    name = app.config["SESSION_COOKIE_NAME"]
    kept = visitor.visitor.cookie(name).value
    assert type_code(asked, phone.code()).url == "/users"
    clock.advance(minutes=1)
    thief = Screens(app)
    thief.visitor.give_cookie(name, kept)

    assert thief("/sign-in/code").url.startswith("/sign-in?ended=late")


def test_a_right_password_is_good_for_ten_minutes(asked, phone, clock):
    clock.advance(minutes=10, seconds=1)

    late = type_code(asked, phone.code())

    assert "That took too long, or you signed in elsewhere meanwhile." in late.text


@pytest.mark.parametrize("change", ["password", "role", "deactivated", "elsewhere"])
def test_whatever_ends_sessions_ends_a_sign_in_that_waits(app, scope, asked, phone, zoe, change):
    if change == "password":
        password_resets.request_for(scope, zoe.id)
        link = one_time_links.newest(scope, zoe, "password")
        password_resets.complete(one_time_links.link_token(link), "a hash")
    elif change == "role":
        users.update(scope, zoe.id, UserChanges(role=Role.MEMBER))
    elif change == "deactivated":
        users.deactivate(scope, zoe.id)
    else:
        type_code(Screens(app).sign_in(zoe.email, PASSWORD), phone.code(-1))

    assert type_code(asked, phone.code()).url.startswith("/sign-in?ended=late")


def test_a_password_that_is_replaced_while_a_code_waits_its_turn_lets_nobody_in(
    monkeypatch, visitor, asked, phone, zoe
):
    begin = CodeAttempts.begin

    def meanwhile(attempts):
        own_password.change(person_scope(zoe), "another hash")
        return begin(attempts)

    monkeypatch.setattr(CodeAttempts, "begin", meanwhile)
    answer = type_code(asked, phone.code())

    assert (answer.status_code, is_outside(visitor)) == (403, True)


def test_a_reset_link_sets_the_password_and_still_asks_for_the_code(app, visitor, scope, zoe, phone):
    password_resets.request_for(scope, zoe.id)
    token = one_time_links.link_token(one_time_links.newest(scope, zoe, "password"))

    asked = visitor(f"/password/reset/{token}").form("reset").fill(password=NEW).submit()

    assert asked.url == "/sign-in/code"
    assert "Your new password is set." in asked.text
    assert is_outside(visitor)
    assert type_code(visitor.sign_in(zoe.email, NEW), phone.code()).url == "/users"


def test_the_choice_of_an_account_leads_to_the_code_of_that_account(app, account, other_account, visitor, clock):
    email = "both@corp.example"
    plain, guarded = account.make_user(email=email), other_account.make_user(email=email)
    phone, _, _ = authenticator.set_up(other_account.screens(guarded))
    clock.advance(minutes=1)
    choice = visitor.sign_in(email, PASSWORD)
    asked = choice.form("/sign-in/account").fill(account=guarded.id).submit()

    assert (asked.url, is_outside(visitor)) == ("/sign-in/code", True)
    assert type_code(asked, phone.code()).url == "/me"
    other = Screens(app).sign_in(email, PASSWORD).form("/sign-in/account").fill(account=plain.id).submit()
    assert other.url == "/me"


def test_no_cookie_remembers_anybody_beside_the_session(visitor, asked, zoe, phone):
    type_code(asked, phone.code())

    kept = {cookie.key for cookie in visitor.visitor._client._cookies.values()}
    assert kept == {"scimapp_session", "scimapp_browser"}  # which counts its tries and opens nothing
    visitor.visitor.give_cookie("scimapp_session", "")
    assert is_outside(visitor)
    assert visitor.sign_in(zoe.email, PASSWORD).url == "/sign-in/code"


def test_a_form_that_waits_comes_through_both_steps(sign_in_as, zoe, clock):
    screens = sign_in_as(zoe)
    phone, codes, _ = authenticator.set_up(screens)
    form = screens("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    clock.advance(minutes=61)

    asked = form.submit().form("/sign-in").fill(email=zoe.email, password=PASSWORD).submit()
    wrong = type_code(asked, phone.wrong_code())
    on_paper = wrong.form("Use a recovery code").submit()
    assert (on_paper.status_code, on_paper.tree.find_all("div", id="code-error")) == (200, [])
    clock.advance(minutes=11)
    late = on_paper.form("recovery-form").fill(code=codes[0]).submit()
    assert (late.status_code, "That took too long" in late.text) == (403, True)
    on_paper = (
        late.form("/sign-in").fill(email=zoe.email, password=PASSWORD).submit().form("Use a recovery code").submit()
    )
    back = on_paper.form("recovery-form").fill(code=codes[0]).submit()

    assert "Your input is below; send it again." in back.text
    assert codes[0] not in back.html
    assert "ann@waiting.example" in back.form("stale-form").submit().text


def test_the_server_says_when_its_key_was_changed_and_recovery_codes_still_work(app, asked, phone, zoe):
    settings = app.config["SETTINGS"]
    secrets.install("another key of this server, long enough")
    try:
        told = type_code(asked, phone.code())
        entered = told.follow("Use a recovery code").form("recovery-form").fill(code=phone.codes[0]).submit()
        profile = entered.go("/me")
        again = authenticator.App(authenticator.key_on(profile.follow("Set up again")))
        done = profile.follow("Set up again").form("two-step-set-up").fill(code=again.code()).submit()
    finally:
        secrets.install(settings.secret_key)

    assert (told.status_code, "The key of this server was changed" in told.text) == (422, True)
    assert (entered.url, "The key of this server was changed" in profile.text) == ("/users", True)
    assert len(authenticator.codes_on(done)) == 10

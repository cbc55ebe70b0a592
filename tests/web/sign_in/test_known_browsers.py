"""Whoever guesses keeps nobody out of a browser in which they came in before (docs/decisions/0116)."""

import pytest

from scimapp.auth import known_browsers
from scimapp.auth.attempts import CODES_PER_PERSON, PER_ADDRESS, Attempts, CodeAttempts
from scimapp.directory import secrets
from tests.support import authenticator
from tests.support.authenticator import type_code
from tests.support.doors import Screens
from tests.support.people import PASSWORD

COOKIE = "scimapp_browser"


@pytest.fixture
def laptop(app, clock):
    """A function for a browser in which a person has come in, with a code of ``phone``, and out again."""

    def come_in(person, phone=None):
        screens = Screens(app)
        page = screens.sign_in(person.email, PASSWORD)
        if phone:
            page = type_code(page, phone.code())
        assert page.form("/sign-out").submit().url.startswith("/sign-in")
        clock.advance(minutes=1)
        return screens

    return come_in


def guess_codes(person, number=None):
    """Ten wrong codes, in browsers that nobody knows or in that with this number."""
    for network in range(CODES_PER_PERSON):
        CodeAttempts("code", person.id, f"198.18.9.{network}", number).begin()


def code_after_password(screens, person, code):
    return type_code(screens.sign_in(person.email, PASSWORD), code)


def test_whoever_has_the_password_and_guesses_codes_keeps_nobody_out(app, zoe, phone, laptop):
    mine = laptop(zoe, phone)
    guess_codes(zoe)

    assert code_after_password(mine, zoe, phone.code()).url == "/users"
    assert code_after_password(Screens(app), zoe, phone.code(1)).status_code == 429


def test_whoever_guesses_passwords_keeps_nobody_out(app, zoe, laptop):
    mine = laptop(zoe)
    for network in range(PER_ADDRESS):
        Attempts(zoe.email, f"198.18.10.{network}").begin()

    entered = mine.sign_in(zoe.email, PASSWORD)

    assert entered.url == "/users"
    assert entered.go("/me/confirm").form("/me/confirm").fill(confirm_password=PASSWORD).submit().status_code == 200
    assert Screens(app).sign_in(zoe.email, PASSWORD).status_code == 429


def test_a_known_browser_has_as_many_tries_as_all_others_together(zoe, phone, laptop):
    mine, other = laptop(zoe, phone), laptop(zoe, phone)
    guess_codes(zoe, mine.visitor.cookie(COOKIE).value.partition(".")[0])

    assert code_after_password(mine, zoe, phone.code()).status_code == 429
    assert code_after_password(other, zoe, phone.code()).url == "/users"


def test_a_browser_is_known_for_those_who_came_in_there_and_by_marks_of_ours(app, zoe, phone, laptop, make_user):
    of_another, copied = laptop(make_user(role="user_admin")), Screens(app)
    _, *marks = laptop(zoe, phone).visitor.cookie(COOKIE).value.split(".")
    copied.visitor.give_cookie(COOKIE, ".".join([secrets.new_secret(), *marks]))
    guess_codes(zoe)

    for screens in (of_another, copied):
        assert code_after_password(screens, zoe, phone.code()).status_code == 429


def test_a_password_that_was_right_before_the_second_step_was_on_is_no_code(zoe, laptop, sign_in_as, clock):
    thief = laptop(zoe)
    phone, _, _ = authenticator.set_up(sign_in_as(zoe))
    clock.advance(minutes=1)
    guess_codes(zoe)

    assert code_after_password(thief, zoe, phone.code()).status_code == 429


@pytest.mark.parametrize("value", ["", ".", "a.b", "é", "a.é", "x" * 43, ".".join(["A" * 43] * 200)])
def test_what_no_server_has_given_makes_no_browser_known(app, value):
    with app.test_request_context("/sign-in", headers={"Cookie": f"{COOKIE}={value}"}):
        assert known_browsers.number_of(known_browsers.by_password("ann@corp.example")) is None


def test_a_browser_of_many_people_keeps_what_a_cookie_holds(app):
    subjects = [known_browsers.by_password(f"ann{number}@corp.example") for number in range(14)]
    with app.test_request_context("/sign-in"):
        known_browsers.remember(subjects)
        given = app.process_response(app.response_class()).headers["Set-Cookie"].partition(";")[0]

    assert len(given) < 700
    with app.test_request_context("/sign-in", headers={"Cookie": given}):
        known = [known_browsers.number_of(subject) is not None for subject in subjects]
    assert known == [False] * 2 + [True] * 12

"""A forgotten password on the screens: the same answer for everybody, a link that works once."""

import pytest

from scimapp.directory.links import link_requests, one_time_links, password_resets
from scimapp.directory.links.one_time_links import PASSWORD
from tests.support.mails import newest_mails
from tests.support.people import PASSWORD as OLD

NEW = "an umbrella in the rain"


@pytest.fixture
def person(make_user):
    return make_user()


@pytest.fixture
def link(scope, person):
    password_resets.request_for(scope, person.id)
    return f"/password/reset/{one_time_links.link_token(one_time_links.newest(scope, person, PASSWORD))}"


def ask(visitor, email):
    return visitor("/sign-in").follow("Forgot password?").form("forgot").fill(email=email).submit()


def test_the_answer_is_the_same_for_everybody(visitor, scope, person):
    answers = {ask(visitor, email).text for email in (person.email, "nobody@corp.example")}

    (answer,) = answers
    assert "If the address is known, a link is on its way. It works once, for 60 minutes." in answer
    link_requests.answer()
    sent = [mail.to_address for mail in newest_mails(scope).items if mail.kind == "password_reset"]
    assert sent == [person.email]


def test_asking_too_often_has_to_wait(visitor):
    for number in range(21):
        visitor.visitor.address = f"2001:db8:7:1::{number:x}"  # one subscriber has them all
        stopped = ask(visitor, "nobody@corp.example")

    assert (stopped.status_code, "Too many tries" in stopped.text) == (429, True)


@pytest.mark.parametrize("typed", ["nothing", "@corp.example", "ann@", "an n@corp.example"])
def test_what_is_no_address_is_told_beside_the_field(visitor, typed):
    """It was answered as if a link might be on its way."""
    page = ask(visitor, typed)

    told = f"“{typed}” is not an e-mail address. Write it as name@example.com."
    assert (page.status_code, page.tree.find("div", id="email-error").text) == (422, told)
    assert page.form("forgot").values["email"] == [typed]
    assert ask(visitor, " ann@corp ").status_code == 200  # directories have such ones


def test_an_address_is_needed(visitor):
    page = ask(visitor, "")

    assert (page.status_code, "Enter your e-mail address." in page.text) == (422, True)


def test_the_link_sets_a_password_and_signs_in(visitor, link, person):
    page = visitor(link)
    assert person.email in page.text

    assert page.form("reset").fill(password=NEW).submit().url == "/me"
    visitor("/me").form("/sign-out").submit()
    assert visitor.sign_in(person.email, OLD).status_code == 422
    assert visitor.sign_in(person.email, NEW).url == "/me"


def test_who_is_signed_in_as_somebody_else_is_told_that_it_ends(visitor, sign_in_as, make_user, link, person):
    other = make_user(given_name="Mara", family_name="Lind")
    screens = sign_in_as(other)
    told = "You are signed in as Mara Lind. That ends when you save."

    assert told in screens(link).text
    assert told not in visitor(link).text and "You are signed in as" not in sign_in_as(person)(link).text
    screens(link).form("reset").fill(password=NEW).submit()
    assert person.email in screens("/me").text and other.email not in screens("/me").text


def test_other_sessions_end_with_a_new_password(visitor, sign_in_as, link, person):
    before = sign_in_as(person)
    visitor(link).form("reset").fill(password=NEW).submit()

    assert before("/me").url.startswith("/sign-in")


def test_looking_at_the_link_changes_nothing(visitor, link):
    for _ in range(3):
        assert visitor(link).status_code == 200


@pytest.mark.parametrize("password, complaint", [
    ("short", "Too short: 5 of at least 12 characters."),
    ("password12345", "list of common ones"),
    ("%(email)s!", "It contains your e-mail address."),
    ("%(front)s likes green tea", "It contains “%(front)s” of your e-mail address. Leave that out."),
])  # fmt: skip
def test_a_weak_password_says_why_and_uses_nothing_up(visitor, person, link, password, complaint):
    own = {"email": person.email, "front": person.email.partition("@")[0]}
    page = visitor(link).form("reset").fill(password=password % own).submit()

    assert (page.status_code, complaint % own in page.text) == (422, True)
    assert visitor(link).status_code == 200


@pytest.mark.parametrize("path", ["/password/reset/" + "x" * 43, "/password/reset/short"])
def test_a_link_that_ended_offers_a_new_one(visitor, path):
    page = visitor(path)

    assert (page.status_code, "This link no longer works. Ask for a new one." in page.text) == (410, True)
    assert page.form("forgot").fill(email="nobody@corp.example").submit().status_code == 200


def test_a_used_link_has_ended(visitor, link):
    visitor(link).form("reset").fill(password=NEW).submit()

    assert visitor(link).status_code == 410


def test_the_pages_are_kept_out_of_caches_and_referrers(visitor, link):
    for path in ("/password/forgot", link):
        page = visitor(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"

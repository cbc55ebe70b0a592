"""Accepting an invitation on the screens."""

import pytest

from scimapp.directory import invitations, link_requests, outbox, users

PASSWORD = "an umbrella in the rain"


@pytest.fixture
def invited(make_user):
    return make_user(state="invited", given_name="Ann")


@pytest.fixture
def link(scope, invited):
    return f"/invitations/{invitations.link_token(invitations.latest(scope, invited))}"


def accept(visitor, link, password=PASSWORD):
    return visitor(link).form(link).fill(password=password).submit()


def test_a_new_person_sets_a_password_and_is_in(visitor, link, scope, invited):
    assert accept(visitor, link).url == "/me"
    assert users.get(scope, invited.id).state == "active"


def test_opening_the_link_changes_nothing(visitor, link, scope, invited):
    for _ in range(3):
        assert "Hello Ann" in visitor(link).text

    assert users.get(scope, invited.id).state == "invited"


def test_a_used_link_leads_to_the_page_that_offers_a_new_one(visitor, link):
    form = visitor(link).form(link)
    form.fill(password=PASSWORD).submit()
    visitor("/me").form("/sign-out").submit()

    again = visitor(link)

    assert (again.status_code, "This link no longer works" in again.text) == (410, True)


@pytest.mark.parametrize("token", ["x" * 43, "short", "..", "%00" * 10, "a" * 5000])
def test_a_link_that_never_was_is_the_same_page(app, visitor, token):
    assert visitor(f"/invitations/{token}").status_code in (404, 410)


def test_the_page_is_kept_out_of_caches_and_referrers(visitor, link):
    page = visitor(link)

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_weak_password_says_why_and_uses_nothing_up(visitor, link):
    page = accept(visitor, link, "short")

    assert (page.status_code, "Too short: 5 of at least 12" in page.text) == (422, True)
    assert accept(visitor, link).url == "/me"


def test_somebody_signed_in_is_asked_to_sign_out_first(page, link):
    assert "Sign out to accept the invitation" in page(link).text


def test_asking_for_a_new_link_answers_alike_for_everybody(visitor, scope, invited, clock):
    clock.advance(minutes=11)
    answers = {
        visitor("/invitations/renew").form("/invitations/renew").fill(email=email).submit().text
        for email in (invited.email, "nobody@acme.example")
    }

    assert len(answers) == 1
    link_requests.answer()
    waiting = [mail for mail in outbox.list_mails(scope).items if mail.state == "waiting"]
    assert [mail.to_address for mail in waiting] == [invited.email]

"""Accepting an invitation on the screens."""

import pytest

from scimapp.directory.accounts import account_settings
from scimapp.directory.changes import UserChanges
from scimapp.directory.links import invitations, link_requests
from scimapp.directory.people import users
from tests.support.mails import newest_mails

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
    assert users.get(scope, invited.id).last_sign_in_at is not None
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


def test_somebody_signed_in_signs_out_first_and_goes_on_with_the_invitation(page, link, invited):
    asked = page(link)
    assert "You are signed in as Olive Owner" in asked.text
    assert f"Sign out to accept the invitation for {invited.display_name}." in asked.text

    accepted = asked.form("sign-out").submit()

    assert accepted.url == link
    assert accepted.form("accept").fill(password=PASSWORD).submit().url == "/me"


def test_signing_out_leads_only_into_this_site(page):
    token = page("/me").form("/sign-out").values["csrf_token"][0]

    left = page.go("/sign-out", method="POST", data=f"csrf_token={token}&next=//evil.example")

    assert left.url == "/sign-in"


def test_without_a_free_seat_the_link_keeps_working(visitor, account, link, scope, make_user):
    make_user()
    account_settings.change_security(scope, seat_limit=2)

    full = accept(visitor, link)
    assert full.status_code == 422
    assert "Acme has no free seat. Your administrators were told; the link keeps working." in full.text
    account_settings.change_security(scope, seat_limit=None)

    assert accept(visitor, link).url == "/me"


ENDINGS = {
    "deactivated": lambda scope, row: users.deactivate(scope, row.id),
    "removed": lambda scope, row: users.remove(scope, row.scim_id),
    "another address": lambda scope, row: users.update(scope, row.id, UserChanges(email="elsewhere@acme.example")),
    "a newer link": lambda scope, row: invitations.resend(scope, row.id),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ends_an_invitation_it_is_one_page(visitor, link, scope, invited, ending):
    form = visitor(link).form("accept").fill(password=PASSWORD)
    ENDINGS[ending](scope, invited)

    for ended in (visitor(link), form.submit()):
        assert ended.status_code == 410
        assert "It may have expired, been used already, or been replaced by a newer one." in ended.text
        assert ended.form("renew").names == ["csrf_token", "email"]


def test_an_expired_link_ends_at_its_moment(visitor, link, scope, invited, clock):
    left = invitations.latest(scope, invited).expires_at - clock.now()
    clock.advance(seconds=left.total_seconds() - 5)
    assert visitor(link).status_code == 200
    clock.advance(seconds=6)

    assert visitor(link).status_code == 410


def test_what_is_no_address_is_told_beside_the_field(visitor):
    page = visitor("/invitations/renew").form("renew").fill(email="nothing").submit()

    assert (page.status_code, "“nothing” is not an e-mail address." in page.text) == (422, True)


def test_asking_for_new_links_too_often_has_to_wait(visitor):
    def ask():
        return visitor("/invitations/renew").form("renew").fill(email="nobody@acme.example").submit()

    for _ in range(20):
        assert ask().status_code == 200
    stopped = ask()

    assert (stopped.status_code, "You can try again at" in stopped.text) == (429, True)
    assert int(stopped.headers["Retry-After"]) > 0


def test_asking_for_a_new_link_answers_alike_for_everybody(visitor, scope, invited, clock):
    clock.advance(minutes=11)
    answers = {
        visitor("/invitations/renew").form("/invitations/renew").fill(email=email).submit().text
        for email in (invited.email, "nobody@acme.example")
    }

    assert len(answers) == 1
    link_requests.answer()
    waiting = [mail for mail in newest_mails(scope).items if mail.state == "waiting"]
    assert [mail.to_address for mail in waiting] == [invited.email]

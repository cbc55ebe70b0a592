"""An account that requires the second step of its administrators, or advises it to them."""

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.links import invitations
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from tests.support import authenticator
from tests.support.authenticator import is_outside
from tests.support.people import PASSWORD

NEW = "nine green bottles on a wall"


@pytest.fixture
def requires(page, scope):
    """The account requires it; the owner has set it up."""
    authenticator.set_up(page)
    form = page("/settings/security").form("security").fill(two_step="require")
    assert "The settings are saved." in form.submit().text


def test_an_administrator_without_it_is_asked_to_switch_it_on(visitor, make_user):
    person = make_user(role="user_admin")

    assert "Two-step sign-in is off for you." in visitor.sign_in(person.email, PASSWORD).text


def test_where_it_is_required_an_administrator_sets_it_up_before_anything_else(visitor, requires, make_user, clock):
    person = make_user(role="super_admin")
    asked = visitor("/groups").form("/sign-in").fill(email=person.email, password=PASSWORD).submit()
    assert (asked.url, is_outside(visitor)) == ("/sign-in/set-up?next=/groups", True)
    phone = authenticator.App(authenticator.key_on(asked))
    wrong = asked.form("two-step-set-up").fill(code=phone.wrong_code()).submit()
    assert (wrong.status_code, authenticator.key_on(wrong), is_outside(visitor)) == (
        422,
        authenticator.key_on(asked),
        True,
    )

    done = wrong.form("two-step-set-up").fill(code=phone.code()).submit()

    assert len(authenticator.codes_on(done)) == 10
    assert done.headers["Cache-Control"] == "no-store"
    assert done.follow("I have kept them").url == "/groups"


def test_a_member_needs_none_until_the_member_becomes_an_administrator(visitor, requires, scope, make_user):
    person = make_user()
    assert visitor.sign_in(person.email, PASSWORD).url == "/me"
    users.update(scope, person.id, UserChanges(role=Role.USER_ADMIN))

    assert is_outside(visitor)
    assert visitor.sign_in(person.email, PASSWORD).url == "/sign-in/set-up"


def test_an_invitation_with_a_role_leads_to_the_set_up(visitor, requires, scope, make_user):
    person = make_user(role="user_admin", state="invited")
    token = invitations.link_token(invitations.latest(scope, person))

    asked = visitor(f"/invitations/{token}").form("accept").fill(password=NEW).submit()

    assert (asked.url, is_outside(visitor)) == ("/sign-in/set-up", True)


def test_a_session_from_before_ends_when_the_account_requires_it(page, account, make_user):
    others, member = account.screens(make_user(role="user_admin")), account.screens(make_user())
    form = others("/users/new").form("/users/new").fill(given_name="Ann", email="ann@waiting.example")
    authenticator.set_up(page)
    page("/settings/security").form("security").fill(two_step="require").submit()

    assert page("/users").status_code == member("/me").status_code == 200
    ended = others("/users")
    assert ended.url.startswith("/sign-in")
    assert "This account requires two-step sign-in of its administrators." in ended.text
    asked = form.submit().form("/sign-in").fill(email=others.user.email, password=PASSWORD).submit()
    phone = authenticator.App(authenticator.key_on(asked))
    done = asked.form("two-step-set-up").fill(code=phone.code()).submit()
    assert "ann@waiting.example" in done.form("send-on").submit().text


def test_the_settings_tell_who_has_it_on(page, sign_in_as, make_user):
    zoe = make_user(role="user_admin", given_name="Zoe")
    make_user(role="super_admin", state="invited")
    authenticator.set_up(sign_in_as(zoe))

    security = page("/settings/security")
    assert "1 of 2 administrators have it on." in security.text
    roles = security.follow("See who")
    rows = {
        row.get("id"): "On" in [cell.text for cell in row.find_all("td")]
        for row in roles.tree.find_all("tr")
        if row.get("id")
    }
    assert [rows[f"user-{row.id}"] for row in (zoe, page.user)] == [True, False]


def test_whoever_requires_it_of_all_has_it_on(page):
    refused = page("/settings/security").form("security").fill(two_step="require").submit()

    assert refused.status_code == 422
    assert (
        refused.tree.find("div", id="two_step-error").text
        == "Switch two-step sign-in on for yourself first, on your profile."
    )
    assert page("/users").status_code == 200

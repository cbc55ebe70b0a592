"""Transferring the ownership on screens: choosing, the last question, the password."""

import pytest

from scimapp.directory.accounts import account_owner, accounts
from scimapp.directory.people import users
from scimapp.directory.sign_in import own_password
from tests.support.people import PASSWORD


@pytest.fixture
def ingrid(make_user):
    return make_user(role="super_admin", given_name="Ingrid", family_name="Halvorsen")


def test_the_owner_gives_the_account_away_and_goes_on_as_super_admin(page, account, ingrid):
    question = page("/settings/roles").follow("Transfer ownership…")

    assert question.url == f"/settings/roles/transfer/{ingrid.id}"
    assert "Ingrid becomes Account Owner. You stay Super Admin. Only Ingrid can give it back." in question.text
    done = question.form("transfer").fill(present_password=PASSWORD).submit("Transfer ownership")
    assert (done.url, done.status_code) == ("/settings/roles", 200)
    assert "Ingrid Halvorsen is the Account Owner now. You are Super Admin." in done.text
    assert accounts.owner_of(account.id).id == ingrid.id
    assert "Transfer ownership…" not in done.text
    assert page("/settings/roles/transfer").status_code == 403


def test_the_session_goes_on_under_a_new_secret_and_the_old_one_is_dead(page, ingrid):
    before = page.visitor.cookie("scimapp_session").value
    page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=PASSWORD).submit()

    assert page("/users").status_code == 200
    page.visitor._client.set_cookie("scimapp_session", before, domain="people.example")
    assert page("/users").url.startswith("/sign-in")


def test_a_session_that_ends_while_its_form_waits_its_turn_gives_nothing_away(page, account, ingrid, monkeypatch):
    transfer = account_owner.transfer

    def after_another_password(scope, user_id, **named):
        own_password.change(scope, "another hash")
        return transfer(scope, user_id, **named)

    monkeypatch.setattr(account_owner, "transfer", after_another_password)
    refused = page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=PASSWORD).submit()

    assert (refused.status_code, accounts.owner_of(account.id).id) == (403, account.owner.id)


def test_of_several_super_admins_one_is_chosen(page, make_user, ingrid):
    make_user(role="super_admin", given_name="Bo", family_name="Berg")

    choice = page("/settings/roles/transfer").form("heir")
    question = choice.fill(to=ingrid.id).submit()

    assert "Transfer ownership to Ingrid Halvorsen?" in question.text


def test_without_a_super_admin_the_way_to_one_is_shown(page):
    nobody = page("/settings/roles/transfer")

    assert "Nobody can take it over yet" in nobody.text
    assert nobody.follow("Give a role").url == "/settings/roles/give"


@pytest.mark.parametrize(
    "typed, words", [("", "Enter your password."), ("not the password", "That is not your password.")]
)
def test_without_the_right_password_nothing_happens(page, account, ingrid, typed, words):
    answer = page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=typed).submit()

    assert (answer.status_code, words in answer.text) == (422, True)
    assert answer.form("transfer").values["present_password"] == [""]
    assert accounts.owner_of(account.id).id == account.owner.id


def test_guessing_the_password_is_slowed_down(page, account, ingrid):
    for _ in range(10):
        answer = (
            page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password="a guess").submit()
        )
    answer = page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=PASSWORD).submit()

    assert (answer.status_code, "Too many tries." in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0
    assert accounts.owner_of(account.id).id == account.owner.id


def test_whoever_cannot_own_it_any_more_is_told_on_the_list(page, scope, ingrid):
    question = page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=PASSWORD)
    users.deactivate(scope, ingrid.id)

    for answer in (
        question.submit(),
        page(f"/settings/roles/transfer/{ingrid.id}"),
        page("/settings/roles/transfer?to=x"),
    ):
        assert "This person cannot become the Account Owner." in answer.text


def test_a_transfer_that_came_too_late_is_refused(page, scope, make_user, ingrid):
    other = make_user(role="super_admin")
    form = page(f"/settings/roles/transfer/{ingrid.id}").form("transfer").fill(present_password=PASSWORD)
    account_owner.transfer(scope, other.id)

    refused = form.submit()

    assert (refused.status_code, refused.tree.find("h1").text) == (403, "Sign in")


def test_nobody_else_transfers_it(sign_in_as, ingrid):
    screens = sign_in_as(ingrid)

    assert screens("/settings/roles/transfer").status_code == 403
    assert screens(f"/settings/roles/transfer/{ingrid.id}").status_code == 403
    assert "Transfer ownership…" not in screens("/settings/roles").text

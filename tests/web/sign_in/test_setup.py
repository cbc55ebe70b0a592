"""The first start."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from scimapp.database import db
from scimapp.directory.accounts import accounts
from scimapp.directory.model import User
from tests.support.databases import on_both

PASSWORD = "a long walk over the hill"


@pytest.fixture
def link(empty_database):
    return f"/setup/{accounts.issue_setup_link()}"


def fill(form, **changes):
    values = {"account_name": "Acme", "given_name": "Olive", "family_name": "Owner", "email": "olive@acme.example"}
    return form.fill(values | {"password": PASSWORD} | changes)


def test_the_link_creates_the_account_and_signs_its_owner_in(link, visitor):
    page = fill(visitor(link).form(link)).submit()

    assert page.url == "/users"
    assert "Your Account ID is Ac" in page.text
    assert db.session.scalars(select(User)).one().last_sign_in_at is not None


def test_the_account_speaks_the_language_that_it_was_made_in(link, visitor):
    values = fill(visitor(link).form(link)).values

    made = visitor.go(link, method="POST", data=urlencode(values, doseq=True), headers={"Accept-Language": "de"})

    assert made.status_code == 200
    assert accounts.list_accounts()[0].language == "de"
    assert "Benutzerverwaltung" in visitor("/users").text


@on_both
def test_a_link_works_once(link, visitor):
    form = visitor(link).form(link)
    fill(form).submit()

    again = visitor(link)

    assert (again.status_code, "no longer works" in again.text) == (410, True)
    assert len(accounts.list_accounts()) == 1


def test_a_link_is_not_used_up_by_an_owner_whom_the_directory_refuses(link, visitor):
    refused = fill(visitor(link).form(link), email="ol\u200bive@acme.example").submit()
    assert (refused.status_code, "U+200B" in refused.text) == (422, True)
    assert accounts.list_accounts() == []

    assert fill(refused.form(link)).submit().url == "/users"


@on_both
def test_a_link_ends_after_a_day(link, visitor, clock):
    clock.advance(hours=25)
    assert visitor(link).status_code == 410

    clock.advance(hours=-25)
    assert visitor(link).status_code == 410  # once refused, refused for good


@pytest.mark.parametrize("token", ["x" * 43, "short", "%00" * 10])
def test_other_links_are_nobodys(empty_database, visitor, token):
    assert visitor(f"/setup/{token}").status_code in (404, 410)


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("account_name", "", "Give the account a name"),
        ("family_name", "", "directories read it"),
        ("email", "olive", "name@example.com"),
        ("password", "short", "Too short"),
        ("password", "olive@acme.example", "contains your e-mail"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(link, visitor, field, value, complaint):
    page = fill(visitor(link).form(link), **{field: value}).submit()

    assert (page.status_code, complaint in page.text) == (422, True)
    assert page.title.startswith("Error: ")
    assert page.form(link).values["given_name"] == ["Olive"]
    assert page.form(link).values["password"] in ([], [""])
    assert not accounts.any_exists()


def test_all_that_is_wrong_is_told_at_once(link, visitor):
    page = fill(visitor(link).form(link), account_name="", email="olive", password="short").submit()

    assert "Give the account a name" in page.text
    assert "name@example.com" in page.text
    assert "Too short" in page.text


def test_a_server_without_an_account_says_where_to_begin(empty_database, visitor):
    assert "no account yet" in visitor("/").text

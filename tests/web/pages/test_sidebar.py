"""The sidebar: where we are, and pills that tell On or Off or ask for something."""

import pytest
from sqlalchemy import update

from scimapp.database import db
from scimapp.directory.calls import call_log
from scimapp.directory.connection import connection
from scimapp.directory.model import OutboxMail
from tests.support.databases import on_both


def present(screen):
    return [link.text for link in screen.tree.find("nav", id="nav").find_all("a", aria_current="page")]


def pill(screen):
    entry = next(link for link in screen.tree.find("nav", id="nav").find_all("a") if "SCIM connection" in link.text)
    return entry.text.removeprefix("SCIM connection").strip()


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/users/new", "User management"),
        ("/batches", "User management"),
        ("/groups/everyone", "Groups"),
        ("/fields/mapping", "Custom fields"),
        ("/provisioning/configure", "User management"),
        ("/provisioning/guides/entra", "Set-up guides"),
        ("/provisioning/log", "Provisioning log"),
        ("/audit", "Audit log"),
        ("/settings/rules", "Settings"),
    ],
)
def test_the_nearest_entry_is_the_present_one(page, address, entry):
    assert present(page(address)) == [entry]


def test_pages_beside_the_sidebar_mark_no_entry(page):
    assert present(page("/me")) == []


def test_members_have_no_sidebar(sign_in_as, make_user):
    assert not sign_in_as(make_user())("/me").tree.find("nav", id="nav").find_all("ul")


def test_the_pill_follows_the_connection(page, account, scope):
    assert pill(page("/groups")) == "Off"
    okta = account.scim("okta")
    okta.get("/Users")
    assert pill(page("/groups")) == "On"
    connection.pause(scope)
    assert pill(page("/groups")) == "Paused"


def test_a_token_that_ends_soon_asks_for_a_look(page, account, clock):
    account.scim("okta").get("/Users")
    clock.advance(days=356)

    assert pill(account.screens()("/groups")) == "Check"


def test_failing_calls_ask_for_a_look(page, account):
    okta = account.scim("okta")
    okta.get("/Users")
    for _ in range(3):
        okta.get("/Users/nobody")
    call_log.flush()

    assert pill(page("/groups")) == "Check"


@on_both
def test_mails_that_failed_are_counted(page, account, make_user):
    assert "failed" not in page("/groups").tree.find("nav", id="nav").text
    make_user(state="invited")
    mine = OutboxMail.account_id == account.id
    db.session.execute(update(OutboxMail).where(mine).values(state="failed"))
    db.session.commit()

    assert "1 failed" in page("/groups").tree.find("nav", id="nav").text

"""The provisioning log in every look: full, empty, filtered, nothing found, and calls of every outcome explained."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES
from tests.support.near_server import NearAccount

PERSON = "urn:ietf:params:scim:schemas:core:2.0:User"


def _person(login, given_name, family_name, **more):
    return {"schemas": [PERSON], "userName": login, "name": {"givenName": given_name, "familyName": family_name},
            "emails": [{"value": login, "primary": True}], **more}  # fmt: skip


@pytest.fixture(scope="module")
def silent(server):
    """An account that no directory has called."""
    account = NearAccount(server, "Harbour Mills")
    yield account
    account.close()


@pytest.fixture(scope="module")
def talked(server):
    """An account with answers, warnings and refusals in its log."""
    account = NearAccount(server, "Brightwater Foods")
    okta = account.okta = account.scim("okta")
    okta.get("/Users?startIndex=1&count=2")
    login = "wilhelmina.featherstonehaugh@brightwater.example"
    wrong = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"
    made = okta.post(
        "/Users", _person(login, "Wilhelmina", "Featherstonehaugh-Castellanos", **{wrong: {"site": "Leeds"}})
    )
    person = made.json["id"]
    okta.get("/Users", filter=f'userName eq "{login}"')
    okta.get("/Users", filter='userName eq "ana.ruiz" und title pr')
    okta.post("/Users", _person(login, "Ana", "Ruiz", password="hush-hush-hush"))
    members = [{"value": person}, {"value": "00uNOBODYhere000009x"}, {"value": "00uNOBODYhere000010x"}]
    okta.post("/Groups", {"displayName": "Field Sales Europe", "members": members})
    okta.patch(
        f"/Users/{person}", replace={"title": "Senior Director of Regional Quality Assurance", "nickName": "Mina"}
    )
    okta.patch(f"/Users/{account.owner_id}", replace={"active": False})
    okta.patch(f"/Users/{person}", replace={"active": False})
    okta.get("/Groups/nobody")
    yield account
    account.close()


@pytest.mark.parametrize("size", STATE_SIZES)
def test_log_screens_are_sound(talked, silent, open_page, looked_at, size):
    page = talked.enter(open_page(base_url=talked.server.url, viewport=SIZES[size]))

    def see(name, address):
        page.goto(address)
        looked_at(page, name)

    def open_call(name, words):
        page.goto("/provisioning/log")
        page.click(f"main tbody a:has-text('{words}')")
        looked_at(page, f"call-{name}")

    see("log", "/provisioning/log")
    page.click("text=Show as table")
    looked_at(page, "log-table")
    see("log-filtered", "/provisioning/log?result=failed&days=7")
    see("log-none", "/provisioning/log?q=okafor&result=warned")
    see("log-30-days", "/provisioning/log?days=30")
    open_call("conflict", "Create Ana Ruiz refused")
    open_call("warned", "Created Wilhelmina")
    open_call("skipped", "Pushed the group")
    open_call("changed", "Updated Wilhelmina")
    open_call("owner", "Account Owner is protected")
    open_call("filter", "at position")
    page = silent.enter(open_page(base_url=silent.server.url, viewport=SIZES[size]))
    see("log-empty", "/provisioning/log")


def test_newer_calls_are_offered_and_not_inserted(talked, open_page):
    page = talked.enter(open_page(base_url=talked.server.url))
    page.goto("/provisioning/log")
    calls = page.locator("table.calls tbody tr")
    before = calls.count()
    talked.scim("okta").get("/Users")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#live")).to_contain_text("1 newer call")

    expect(calls).to_have_count(before)
    page.click("text=1 newer call")
    expect(calls).to_have_count(before + 1)


def test_the_log_works_without_scripts_and_by_keyboard(talked, open_page):
    page = talked.enter(open_page(base_url=talked.server.url, java_script_enabled=False))
    page.goto("/provisioning/log")
    page.focus("#q")
    page.keyboard.type("wilhelmina")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=wilhelmina"))

    sentences = page.locator("table.calls tbody th a").all_text_contents()
    assert all("Wilhelmina" in sentence or "Field" in sentence for sentence in sentences)
    page.locator("table.calls tbody th a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(sentences[0])

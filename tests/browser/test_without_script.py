"""The main way with scripts switched off: every page is plain links and forms."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import PHONE


@pytest.mark.journey
def test_an_admin_does_everything_on_a_phone_without_script(account, open_page):
    page = open_page(base_url=account.server.url, viewport=PHONE | {"height": 600}, java_script_enabled=False)
    account.sign_in(page)

    page.goto("/users/new")
    page.fill("#given_name", "Ana")
    page.fill("#email", "ana@acme.example")
    page.click("button:text-is('Add')")
    expect(page.locator("h1")).to_contain_text("Ana")
    page.click("text=Deactivate")
    page.click("dialog button[type=submit]")
    expect(page.locator("main")).to_contain_text("Inactive")

    page.goto("/provisioning/configure")
    page.click("button:has-text('Generate token')")
    token = page.input_value("#token")
    page.click("dialog a:text-is('Cancel')")
    page.click("text=Drop the token")
    page.goto("/provisioning/configure")
    page.click("button:has-text('Generate token')")
    assert page.input_value("#token") != token
    page.click("text=Save and switch on")
    expect(page.locator("dialog")).to_contain_text("Check again")

    page.goto("/fields/new")
    page.fill("#label", "Cost centre")
    page.click("main form button:has-text('Add field')")
    expect(page.locator("main")).to_contain_text("cost_centre")

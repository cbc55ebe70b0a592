"""Settings and the own page, in every look and every state, and the main way through them without script."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES


@pytest.mark.parametrize("size", STATE_SIZES)
def test_settings_and_the_own_page_are_sound(filled, open_page, looked_at, size):
    page = filled.enter(open_page(base_url=filled.server.url, viewport=SIZES[size]))

    def see(name, address=None):
        if address:
            page.goto(address)
        looked_at(page, name)

    see("settings-account", "/settings")
    page.fill("#name", "")
    page.fill("#invitation_days", "soon")
    page.click("#account button[type=submit]")
    see("settings-account-errors")
    see("settings-security", "/settings/security")
    page.fill("#session_hours", "200")
    page.click("#security button[type=submit]")
    see("settings-security-errors")
    see("settings-give-role", "/settings/roles/give")
    see("settings-give-role-none", "/settings/roles/give?q=nobody+of+this+name")
    page.goto("/settings/roles/give?q=a")
    see("settings-give-role-found")
    page.locator(".picks li:not(:has(.pill)) a").first.click()
    see("settings-role")
    page.check("input[value=super_admin]")
    page.click("#role-form button[type=submit]")
    see("settings-roles")
    see("settings-roles-none", "/settings/roles?q=nobody+of+this+name")
    page.goto("/settings/roles")
    page.click("text=Transfer ownership…")
    see("settings-heirs")
    page.click("text=Continue")
    see("settings-transfer")
    expect(page.locator(":focus")).to_have_text("Cancel")
    page.click("dialog button:has-text('Transfer ownership')")
    see("settings-transfer-errors")
    filled.enter(open_page(base_url=filled.server.url))
    page.goto("/me")
    page.fill("#new_email", "another.address@brightwater.example")
    page.click("text=Send the link")
    see("me-email-waits")
    page.fill("#present_password", "not the password")
    page.fill("#password", "nine green bottles on a wall")
    page.click("text=Change password")
    see("me-errors")
    page.goto(f"/users/{filled.person}")
    page.click("#invitation-link button")
    link = page.input_value("main input[readonly], main textarea[readonly]")
    page = open_page(base_url=filled.server.url, viewport=SIZES[size])
    page.goto(link)
    page.fill("#password", "nine green bottles on a wall")
    page.click("main form button[type=submit]")
    see("me-managed")


@pytest.mark.journey
def test_somebody_looks_after_themselves_without_script(account, open_page):
    elsewhere = account.enter(open_page(base_url=account.server.url))
    page = account.enter(open_page(base_url=account.server.url, java_script_enabled=False))

    page.goto("/me")
    page.fill("#given_name", "Olivia")
    page.select_option("#theme", "dark")
    page.click("text=Save changes")
    expect(page.locator("main")).to_contain_text("Your profile is saved.")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    page.click(".events button:text-is('End')")
    expect(page.locator("main")).to_contain_text("That session has ended.")
    elsewhere.goto("/me")
    expect(elsewhere.locator("h1")).to_have_text("Sign in")

    page.fill("#present_password", account.password)
    page.fill("#password", "nine green bottles on a wall")
    page.click("text=Change password")
    expect(page.locator("main")).to_contain_text("Your password is changed.")

    page.goto("/settings")
    page.fill("#name", "Acme Foods")
    page.click("text=Save changes")
    expect(page.locator("main")).to_contain_text("The settings are saved.")

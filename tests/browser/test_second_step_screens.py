"""Two-step sign-in from the first look at the own page to a lost phone, in every look."""

import urllib.parse

from playwright.sync_api import expect

from tests.support.authenticator import App
from tests.support.fixtures.browser import STATE_SIZES
from tests.support.live_account import PASSWORD


def press(page):
    page.click("main form button.btn-primary[type=submit]")


def type_code(page, code):
    page.fill("#code", code)
    press(page)


def sign_in(page, account):
    page.goto("/sign-in")
    page.fill("#email", account.email)
    page.fill("#password", PASSWORD)
    press(page)


def test_two_steps_are_sound_in_every_state(account, open_page, looked_at):
    page = open_page(base_url=account.server.url)

    def see(name):
        for viewport in STATE_SIZES.values():
            page.set_viewport_size(viewport)
            looked_at(page, f"two-step-{name}")

    sign_in(page, account)
    expect(page.get_by_text("Two-step sign-in is off for you.")).to_be_visible()
    page.goto("/me/two-step")
    page.click("text=Set up")
    see("set-up")
    app = App(page.input_value("#key"))
    assert urllib.parse.quote(app.key) in page.get_attribute("text=Open the app on this device", "href")
    type_code(page, app.wrong_code())
    expect(page.locator("#code-error")).to_contain_text("That code does not match.")
    see("set-up-wrong")
    type_code(page, app.code())
    codes = page.input_value("#codes").split()
    see("recovery-codes")
    heights = []
    for width in (320, 1280):  # a code that goes on in a second line looks like two
        page.set_viewport_size({"width": width, "height": 800})
        heights.append(page.locator("#codes").evaluate("field => field.clientHeight"))
    assert heights[0] == heights[1]
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.path().read_text().split() == codes
    page.click("text=I have kept them")
    expect(page.locator("#two-step-heading")).to_be_in_viewport()
    see("on")
    page.click("text=Switch off…")
    see("off-question")
    page.goto("/settings/security")
    page.check("text=Require: none of them gets in without it")
    press(page)
    expect(page.get_by_text("The settings are saved.")).to_be_visible()
    page.goto("/me/two-step")
    see("required")

    page.context.clear_cookies()
    sign_in(page, account)
    expect(page.locator("#code")).to_be_visible()
    see("code")
    type_code(page, app.wrong_code())
    see("code-wrong")
    type_code(page, app.code(1))  # the one before has proved the set-up
    page.wait_for_url("**/users")

    page.context.clear_cookies()
    sign_in(page, account)
    page.click("text=Use a recovery code")
    see("recovery-code")
    type_code(page, codes[0])
    expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()

    account.server.flask("people", "reset-two-step", "--account", account.id, "--email", account.email)
    page.context.clear_cookies()
    sign_in(page, account)  # the account requires it
    expect(page.locator("#key")).to_be_visible()
    see("set-up-required")
    type_code(page, App(page.input_value("#key")).code())
    page.click("text=I have kept them")
    page.wait_for_url("**/users")

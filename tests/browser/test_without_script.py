"""The main way with scripts switched off: every page is plain links and forms."""

import pytest
from playwright.sync_api import expect

from tests.support.authenticator import App
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


@pytest.mark.journey
def test_a_newcomer_gets_in_and_sets_two_steps_up_without_script(account, open_page):
    admin = account.enter(open_page(base_url=account.server.url, java_script_enabled=False))
    admin.goto("/users/new")
    admin.fill("#given_name", "Nora")
    admin.fill("#email", "nora@acme.example")
    admin.click("button:text-is('Add')")
    admin.click("text=Copy link")
    link = admin.input_value("#link")

    page = open_page(base_url=account.server.url, java_script_enabled=False)
    page.goto(link)
    page.fill("#password", "an umbrella in the rain")
    page.click("text=Set password and sign in")
    page.goto("/me/two-step/set-up")
    app = App(page.input_value("#key"))
    page.fill("#code", app.code())
    page.click("main button:has-text('Switch on')")
    code = page.input_value("#codes").split()[0]
    page.click("text=I have kept them")
    page.click("text=Sign out >> visible=true")

    page.goto("/sign-in")
    page.fill("#email", "nora@acme.example")
    page.fill("#password", "an umbrella in the rain")
    page.click("main button:has-text('Sign in')")
    page.click("text=Use a recovery code")
    page.fill("#code", code)
    page.click("main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("Nora")


@pytest.mark.journey
def test_a_file_and_a_batch_are_brought_to_their_ends_without_script(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, java_script_enabled=False))
    rows = "".join(f"ana{number}@acme.example,Ana{number}\n" for number in range(3))
    page.goto("/users/import")
    page.set_input_files(
        "#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": b"E-mail,First name\n" + rows.encode()}
    )
    page.click("text=Check the file")
    page.click("main button:has-text('Import 3 rows')")
    expect(page.locator("h1")).to_contain_text("3 done")

    page.goto("/users?q=ana")
    for box in page.locator("tbody .pick input").all():
        box.check()
    page.select_option("#batch-action", "deactivate")
    page.click("form#batch button:text-is('Apply')")
    page.click("main button:has-text('Deactivate 3 people')")
    expect(page.locator("h1")).to_contain_text("3 done")

"""The SCIM connection and Configure SCIM in every state and every look; and the line that turns green by itself."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES
from tests.support.live_account import SocketScimClient

WRONG_URN = "urn:kissflow:scim:schemas:extension:YOUR_ACCOUNT_ID:2:User"


def person(number, **more):
    name = f"leaver{number}@brightwater.example"
    return {"userName": name, "name": {"givenName": "Lea", "familyName": f"Ver {number}"}, **more}


def generate(page, label):
    page.goto("/provisioning/configure?another=1")
    page.fill("#label", label)
    page.click("button:has-text('Generate token')")
    return page.input_value("#token")


def menu(page, label, item):
    page.goto("/provisioning")
    page.get_by_role("button", name=f"Actions for {label} (").click()
    page.locator("main details[open]").get_by_role("link", name=item).click()


@pytest.fixture
def busy(account):
    """An account whose Okta sends a wrong namespace and deactivates too many people, and that wants to be asked."""
    account.server.flask("fields", "add", "--account", account.id, "--label", "Badge number", "--type", "integer")
    account.okta = account.scim("okta")
    account.people = [
        account.okta.post("/Users", person(number, **({WRONG_URN: {"badge": 1}} if number < 3 else {}))).json["id"]
        for number in range(14)
    ]
    return account


@pytest.mark.parametrize("size", STATE_SIZES)
def test_configure_scim_is_sound_in_every_state(account, open_page, looked_at, size):
    page = account.enter(open_page(base_url=account.server.url, viewport=SIZES[size]))
    page.goto("/provisioning")
    looked_at(page, "connection-none")
    page.goto("/provisioning/configure")
    looked_at(page, "configure-off")
    page.evaluate("document.getElementById('label').removeAttribute('maxlength')")
    page.fill("#label", "x" * 81)
    page.click("button:has-text('Generate token')")
    looked_at(page, "configure-errors")
    secret = generate(page, "Okta production")
    page.click("text=Save and switch on")
    looked_at(page, "configure-waiting")
    client = SocketScimClient(f"{account.server.url}/scim/{account.id}/v2", secret[:-1])
    assert client.get("/Users").status_code == 401
    expect(page.locator("[data-status^=refused]")).to_contain_text("Paste it again")
    looked_at(page, "configure-refused")
    client.close()
    client = SocketScimClient(client.base_url, secret)
    assert client.get("/Users", startIndex=1, count=2).status_code == 200
    expect(page.locator("[data-status=on]")).to_contain_text("asked for people")
    looked_at(page, "configure-connected")
    client.close()


@pytest.mark.parametrize("size", STATE_SIZES)
def test_the_connection_is_sound_in_every_state(busy, open_page, looked_at, picture, size):
    page = busy.enter(open_page(base_url=busy.server.url, viewport=SIZES[size]))
    generate(page, "Okta preview")
    page.click("text=Save and switch on")
    page.goto("/provisioning")
    page.check("text=Stop and ask when")
    page.click("text=Save options")
    for scim_id in busy.people[:12]:
        busy.okta.patch(f"/Users/{scim_id}", replace={"active": False})
    page.goto("/provisioning")
    expect(page.locator("main")).to_contain_text("wanted to deactivate")
    looked_at(page, "connection-warnings")
    picture(page, f"connection-whole-{size}", full_page=True)
    page.click("text=Let them through…")
    looked_at(page, "connection-let-through")
    page.click("text=Cancel")
    page.click("text=Keep blocking")
    looked_at(page, "connection-kept")
    page.locator("main tbody summary").first.click()
    looked_at(page, "connection-menu")
    for item, name in (("Rename", "rename"), ("Change preset", "preset"), ("Revoke…", "revoke-unused")):
        menu(page, "Okta preview", item)
        looked_at(page, f"connection-{name}")
    menu(page, "okta", "Revoke…")
    page.click("text=Revoke token")
    looked_at(page, "connection-revoke-used")
    menu(page, "okta", "Rotate…")
    looked_at(page, "connection-rotate")
    page.click("button:has-text('Rotate token')")
    looked_at(page, "connection-rotated")
    page.click("main >> text=Done")
    page.click("text=Pause SCIM…")
    looked_at(page, "connection-pause")
    page.click("dialog button:has-text('Pause SCIM')")
    looked_at(page, "connection-paused")
    page.goto("/provisioning/configure")
    looked_at(page, "configure-paused")


@pytest.fixture
def waiting(account, open_page):
    """The owner at Configure SCIM right after saving; ``secret`` is the token, ``client`` calls with it."""
    page = open_page(base_url=account.server.url, stops_the_clock=True)
    page.clock.install()
    account.enter(page)
    page.secret = generate(page, "Okta production")
    page.click("text=Save and switch on")
    page.client = SocketScimClient(f"{account.server.url}/scim/{account.id}/v2", page.secret)
    expect(page.locator("[data-status]")).to_contain_text("Waiting for the first call…")
    yield page
    page.client.close()


@pytest.mark.journey
def test_the_waiting_line_tells_a_wrong_token_and_turns_green_with_the_first_call(waiting):
    waiting.evaluate("window.same = true")
    waiting.clock.run_for(4_000)
    expect(waiting.locator("dialog #live")).to_be_empty()
    waiting.client.token = waiting.secret[:-1]
    waiting.client.get("/Users")
    waiting.clock.run_for(3_000)
    expect(waiting.locator("dialog #live")).to_contain_text("was refused: The token was wrong or cut short")
    expect(waiting.locator("dialog #live")).not_to_contain_text("Check again")

    waiting.client.token = waiting.secret
    waiting.client.get("/Users", startIndex=1, count=2)
    waiting.clock.run_for(3_000)

    expect(waiting.locator("[data-status=on]")).to_contain_text("asked for people and received 1 of 1")
    expect(waiting.locator("dialog #live")).to_contain_text(
        "Connected. The first call from your directory was answered."
    )
    expect(waiting.locator("[data-fresh=nav]")).to_have_text("On")
    expect(waiting.locator("[data-fresh=head]")).to_have_text("On")
    assert waiting.evaluate("window.same"), "the page was loaded anew"


@pytest.mark.journey
def test_after_ten_minutes_the_line_looks_only_when_asked(waiting):
    expect(waiting.locator("text=Check again")).to_be_hidden()
    waiting.clock.fast_forward(601_000)
    waiting.clock.run_for(3_000)
    expect(waiting.locator("text=Check again")).to_be_visible()
    waiting.client.get("/Users")

    waiting.click("text=Check again")

    expect(waiting.locator("[data-status=on]")).to_be_visible()


@pytest.mark.journey
def test_an_unsaved_token_is_left_only_after_a_question(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    generate(page, "Okta production")
    expect(page.locator("#token")).to_be_focused()

    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.click("#scim [aria-label=Close]"),
        lambda: page.click("#scim >> text=Cancel"),
    ):
        leave()
        expect(page.locator("#leave")).to_contain_text("also if you already pasted it into Okta. SCIM stays off.")
        page.click("text=Keep editing")
        expect(page.locator("#leave")).to_be_hidden()

    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    page.evaluate("[window.fetch] = [() => Promise.reject(new TypeError('gone'))]")
    page.click("#save [type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("nothing was sent")

    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    expect(page.locator("#scim")).to_contain_text("is not saved. If another tab shows it still, save it there")
    assert asked == ["beforeunload"]

    page.click("button:has-text('Generate token')")
    expect(page.locator("#token")).to_be_focused()
    page.keyboard.press("Escape")
    page.click("text=Drop the token")
    expect(page).to_have_url(f"{account.server.url}/users")
    assert asked == ["beforeunload"], "dropping the token asked twice"

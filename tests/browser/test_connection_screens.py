"""The SCIM connection and Configure SCIM in every state and every look; and the line that turns green by itself."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import LOOKS
from tests.support.live_account import LiveAccount, SocketScimClient

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
    page.get_by_role("button", name=f"Actions for {label}", exact=True).click()
    page.locator("main details[open]").get_by_role("link", name=item).click()


@pytest.fixture
def busy(start_server):
    """An account whose Okta sends a wrong namespace and deactivates too many people, and that wants to be asked."""
    account = LiveAccount(start_server(), "Brightwater Foods")
    account.server.flask("fields", "add", "--account", account.id, "--label", "Badge number", "--type", "integer")
    account.okta = account.scim("okta")
    account.people = [
        account.okta.post("/Users", person(number, **({WRONG_URN: {"badge": 1}} if number < 3 else {}))).json["id"]
        for number in range(14)
    ]
    yield account
    account.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # how a screen looks does not hang on the database
@pytest.mark.parametrize("look", LOOKS)
def test_configure_scim_is_sound_in_every_state(start_server, open_page, looked_at, look):
    account = LiveAccount(start_server(), "Brightwater Foods")
    page = account.sign_in(open_page(base_url=account.server.url, **LOOKS[look]))
    page.goto("/provisioning")
    looked_at(page, f"connection-none-{look}")
    page.goto("/provisioning/configure")
    looked_at(page, f"configure-off-{look}")
    page.fill("#label", "x" * 81)
    page.click("button:has-text('Generate token')")
    looked_at(page, f"configure-errors-{look}")
    secret = generate(page, "Okta production")
    looked_at(page, f"configure-draft-{look}")
    page.keyboard.press("Escape")
    looked_at(page, f"configure-leave-{look}")
    page.click("text=Keep editing")
    page.click("text=Save and switch on")
    looked_at(page, f"configure-waiting-{look}")
    client = SocketScimClient(f"{account.server.url}/scim/{account.id}/v2", secret[:-1])
    assert client.get("/Users").status_code == 401
    expect(page.locator("[data-status^=refused]")).to_contain_text("Paste it again")
    looked_at(page, f"configure-refused-{look}")
    client.close()
    client = SocketScimClient(client.base_url, secret)
    assert client.get("/Users", startIndex=1, count=2).status_code == 200
    expect(page.locator("[data-status=on]")).to_contain_text("asked for people")
    looked_at(page, f"configure-connected-{look}")
    client.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS)
def test_the_connection_is_sound_in_every_state(busy, open_page, looked_at, look):
    page = busy.sign_in(open_page(base_url=busy.server.url, **LOOKS[look]))
    generate(page, "Okta preview")
    page.click("text=Save and switch on")
    page.goto("/provisioning")
    page.check("text=Stop and ask when")
    page.click("text=Save options")
    for scim_id in busy.people[:12]:
        busy.okta.patch(f"/Users/{scim_id}", replace={"active": False})
    page.goto("/provisioning")
    expect(page.locator("main")).to_contain_text("wanted to deactivate")
    looked_at(page, f"connection-warnings-{look}")
    page.click("text=Let them through…")
    looked_at(page, f"connection-let-through-{look}")
    page.click("text=Cancel")
    page.click("text=Keep blocking")
    looked_at(page, f"connection-kept-{look}")
    page.locator("main tbody summary").first.click()
    looked_at(page, f"connection-menu-{look}")
    for item, name in (("Rename", "rename"), ("Change preset", "preset"), ("Revoke…", "revoke-unused")):
        menu(page, "Okta preview", item)
        looked_at(page, f"connection-{name}-{look}")
    menu(page, "okta", "Revoke…")
    page.click("text=Revoke token")
    looked_at(page, f"connection-revoke-used-{look}")
    menu(page, "okta", "Rotate…")
    looked_at(page, f"connection-rotate-{look}")
    page.click("button:has-text('Rotate token')")
    looked_at(page, f"connection-rotated-{look}")
    page.click("main >> text=Done")
    page.click("text=Pause SCIM…")
    looked_at(page, f"connection-pause-{look}")
    page.click("dialog button:has-text('Pause SCIM')")
    looked_at(page, f"connection-paused-{look}")
    page.goto("/provisioning/configure")
    looked_at(page, f"configure-paused-{look}")

"""Every screen in light and dark, on desktop and phone: no violation for axe-core, no sideways scrolling, a picture.

What a screen becomes when somebody acts on it is looked at in the files beside this one. The phone's look is taken in German
(``test_german_screens``), whose words are longer; all looks are taken in English where SCIMAPP_TEST_LOOKS asks for them.
``make screenshots`` keeps the pictures; those of the README are ``docs/screenshots``.
"""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES
from tests.support.live_account import PASSWORD

SCREENS = {
    "users": "/users",
    "users-none": "/users?q=okafor&state=inactive&source=okta",
    "user-new": "/users/new",
    "groups": "/groups",
    "fields": "/fields",
    "field-new": "/fields/new",
    "field-edit": "/fields/site",
    "field-archive": "/fields/site/archive",
    "field-mapping": "/fields/site/mapping",
    "fields-mapping": "/fields/mapping",
    "provisioning": "/provisioning",
    "configure-scim-off": "/provisioning/configure?another=1",
    "configure-scim-on": "/provisioning/configure",
    "guide-okta": "/provisioning/guides/okta",
    "outbox": "/outbox",
    "me": "/me",
    "error-404": "/nothing/here",
}
SIGNED_OUT = {"sign-in": "/sign-in", "invitation-used": "/invitations/renew", "setup-ended": "/setup/" + "x" * 43}


def own_screens(filled):
    """The screens whose addresses name what is in the account."""
    return {
        "user": f"/users/{filled.person}",
        "user-deactivate": f"/users/{filled.person}/deactivate",
        "group": f"/groups/{filled.group}",
    }


def opened_screens(page):
    """The names of what opens when something is pressed, each while it is on the page."""
    page.goto("/users")
    page.click("main tbody summary >> nth=0")
    yield "users-menu"
    page.goto("/outbox")
    page.click("main tbody a >> nth=0")
    yield "outbox-mail"
    page.goto("/provisioning/configure?another=1")
    page.click(".beside-label button[type=submit]")
    yield "configure-scim-draft"
    page.keyboard.press("Escape")
    yield "configure-scim-leave"


@pytest.mark.parametrize("size", STATE_SIZES)
def test_every_screen_is_sound(filled, open_page, looked_at, size):
    page = open_page(base_url=filled.server.url, viewport=SIZES[size])
    for name, address in SIGNED_OUT.items():
        page.goto(address)
        looked_at(page, name)
    filled.enter(page)
    for name, address in (SCREENS | own_screens(filled)).items():
        page.goto(address)
        looked_at(page, name)
    for name in opened_screens(page):
        looked_at(page, name)


@pytest.mark.parametrize("size", STATE_SIZES)
def test_the_first_screens_of_a_server_are_sound(live_server, open_page, looked_at, size):
    page = open_page(base_url=live_server.url, viewport=SIZES[size])
    page.goto("/")
    looked_at(page, "setup-none")
    page.goto(live_server.flask_json("accounts", "setup-link")["setup_url"])
    looked_at(page, "setup")
    page.click("text=Create account")
    looked_at(page, "setup-errors")
    page.fill("#account_name", "Acme")
    page.fill("#given_name", "Olive")
    page.fill("#family_name", "Owner")
    page.fill("#email", "olive@acme.example")
    page.fill("#password", PASSWORD)
    page.click("text=Create account")
    expect(page).to_have_url(f"{live_server.url}/users")
    looked_at(page, "users-empty")
    page.go_back()  # the page left behind answered a form; it is asked for again
    expect(page.locator("h1")).to_have_text("This set-up link no longer works")
    page.goto("/fields")
    looked_at(page, "fields-empty")
    page.goto("/groups")
    looked_at(page, "groups-empty")
    page.goto("/provisioning")
    looked_at(page, "provisioning-empty")

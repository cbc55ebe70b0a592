"""The screens in German and on the phone: every screen of ``test_screens``, every address of an administrator, no English left
over, nothing that breaks for longer words."""

import re

from playwright.sync_api import expect

from tests.browser import test_screens
from tests.support.fixtures.browser import PHONE

SCREENS = {  # beside those of ``test_screens``
    "import": "/users/import", "group-new": "/groups/new", "log": "/provisioning/log", "audit": "/audit", "batches": "/batches",
    "settings": "/settings", "security": "/settings/security", "roles": "/settings/roles", "rules": "/settings/rules",
    "password": "/me/password",
}  # fmt: skip
# Words that no German sentence has; what people wrote themselves and what a client was answered stays as it is.
ENGLISH = re.compile(r"\b(the|with|your|this|cannot|people|are|yet|you)\b", re.IGNORECASE)
WRITTEN_HERE = (
    "invites you", "Where this person works.", "Printed on the back of the badge.", "Delete the group in the target app",
)  # fmt: skip
FOR_OTHERS = ("outbox-mail",)  # a mail in the language of whom it is for


def in_german(page):
    page.goto("/me")
    page.select_option("#language", "de")
    page.click("form:has(#language) button[type=submit]")
    return page


def test_every_screen_speaks_german(filled, open_page, looked_at):
    page = open_page(base_url=filled.server.url, locale="de-DE", viewport=PHONE)
    left = []

    def see(name):
        looked_at(page, f"german-{name}")
        lines = () if name in FOR_OTHERS else page.inner_text("body").splitlines()
        left.extend(
            f"{name}: {line}"
            for line in lines
            if ENGLISH.search(line) and not any(written in line for written in WRITTEN_HERE)
        )

    for name, address in test_screens.SIGNED_OUT.items():
        page.goto(address)
        see(name)
    in_german(filled.enter(page))
    screens = test_screens.SCREENS | test_screens.own_screens(filled) | SCREENS
    screens |= {"erase": f"/users/{filled.person}/erase"}
    for name, address in screens.items():
        page.goto(address)
        see(name)
    for name in test_screens.opened_screens(page):
        see(name)

    assert not left, "\n".join(left)
    page.goto("/me")  # what scripts say
    page.click("[data-reveal] >> nth=0")
    expect(page.locator("[data-reveal] >> nth=0")).to_have_text("Verbergen")
    page.goto("/provisioning/configure")
    page.click("[data-copy=base]")
    expect(page.locator("[data-copy=base]")).to_have_text("Kopiert")
    expect(page.locator("dialog #live")).to_have_text("SCIM Base URL kopiert")


def test_the_state_of_the_connection_stays_inside_the_sidebar(account, open_page):
    account.server.flask("tokens", "generate", "--account", account.id, "--label", "Okta", "--provider", "okta")
    page = in_german(account.enter(open_page(base_url=account.server.url)))
    page.goto("/provisioning")

    entry = page.locator(".side a[href='/provisioning']").bounding_box()
    pill = page.locator(".side a[href='/provisioning'] .pill")

    assert pill.inner_text() == "Wartet"
    assert entry["height"] < 40, "the state breaks under the name"
    assert pill.bounding_box()["x"] + pill.bounding_box()["width"] < entry["x"] + entry["width"]


def test_the_names_of_fields_are_not_broken_for_the_words_beside_them(filled, open_page):
    page = in_german(filled.enter(open_page(base_url=filled.server.url)))
    page.goto("/fields")

    label = page.locator("#field-languages th a")

    assert label.bounding_box()["height"] < 30  # px, one line

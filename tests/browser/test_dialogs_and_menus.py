"""Dialogs and the menu of a phone: where the focus goes, what closes them, and that their buttons can be reached."""

from playwright.sync_api import expect

from tests.support.fixtures.browser import PHONE

FOUR_TIMES = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %


def test_focus_returns_to_what_opened_a_dialog(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users?q=maria.fernandez")
    page.locator("tbody th a").first.click()
    person = page.url

    page.get_by_role("link", name="Deactivate").press("Enter")
    expect(page.get_by_role("link", name="Cancel")).to_be_focused()
    page.set_viewport_size(FOUR_TIMES)
    assert page.locator("dialog .dlg-b").evaluate("(part) => part.scrollHeight - part.clientHeight") == 0
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Deactivate")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page).to_have_url(person)
    expect(page.get_by_role("link", name="Deactivate")).to_be_focused()

    page.get_by_text("More", exact=True).press("Enter")
    page.get_by_role("link", name="Sign out everywhere…").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(person)
    expect(page.locator("main summary", has_text="More")).to_be_focused()


def test_a_page_stays_where_it_is_when_its_dialog_opens(account, open_page):
    """A dialog was a card in the page until its script ran, and all below it jumped up then."""
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/users")
    head = page.locator("main h1").bounding_box()
    page.route("**/dialog.js*", lambda route: route.fulfill(content_type="text/javascript", body=""))

    page.goto("/provisioning/configure")

    expect(page.get_by_role("button", name="Generate token")).to_be_in_viewport()
    assert page.locator("main h1").bounding_box()["y"] == head["y"]


def test_the_menu_of_a_phone_takes_the_focus_and_closes_by_keyboard(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, viewport=PHONE))
    page.goto("/users")
    menu, side = page.get_by_role("link", name="Menu"), page.locator("#nav")

    menu.press("Enter")
    expect(side.get_by_role("link", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(menu).to_be_focused()

    menu.press("Enter")
    expect(side.get_by_role("link", name="Close")).to_be_focused()  # which comes after the key
    side.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Tab")
    expect(side).to_be_hidden()
    expect(page.locator("main a").first).to_be_focused()


def test_the_menu_of_a_phone_that_is_opened_before_the_scripts_are_there_takes_the_focus(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, viewport=PHONE))
    page.goto("/users#nav")  # where somebody is who was quicker

    expect(page.locator("#nav").get_by_role("link", name="Close")).to_be_focused()


def test_the_buttons_of_a_question_about_a_long_name_are_on_the_screen(account, open_page):
    """The form inside the dialog grew past it, and nothing scrolled: the buttons lay below the screen."""
    okta = account.scim("okta")
    long = {"userName": "w@acme.example", "name": {"givenName": "W" * 256, "familyName": "W" * 256}}
    long |= {"emails": [{"value": "w@acme.example", "primary": True}]}
    assert okta.post("/Users", long).status_code == 201
    page = account.enter(open_page(base_url=account.server.url, viewport={"width": 320, "height": 640}))
    page.goto("/users?q=WWW")
    page.goto(page.get_attribute("th a[href^='/users/']", "href").partition("?")[0] + "/deactivate")

    for height in (640, 500, 256):
        page.set_viewport_size({"width": 320, "height": height})
        button = page.locator("dialog[open] button[type=submit]")
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height, height


def test_words_in_a_menu_stand_in_one_line_where_there_is_room(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users")
    page.click("summary:has-text('CSV')")

    heights = page.locator(".menu[open] .item").evaluate_all("items => items.map((item) => item.offsetHeight)")

    assert len(heights) == 3 and len(set(heights)) == 1

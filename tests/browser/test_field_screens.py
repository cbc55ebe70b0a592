"""The form of a custom field: what it asks follows the type."""

from playwright.sync_api import expect


def test_a_field_asks_only_what_its_type_has_a_use_for(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/fields/new")
    page.fill("#label", "Site")
    expect(page.locator("#multi_valued")).to_be_visible()
    expect(page.locator("#choices")).to_be_hidden()

    page.select_option("#type", "dropdown")
    page.fill("#choices", "Oslo\nLyon")
    expect(page.locator("#multi_valued")).to_be_hidden()
    page.select_option("#type", "boolean")
    expect(page.locator("#choices")).to_be_hidden()
    page.click("#field button[type=submit]")

    expect(page.locator("main")).to_contain_text("Site is added.")  # the hidden options were not sent


def test_without_script_options_say_which_types_they_are_for(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, java_script_enabled=False))
    page.goto("/fields/new")

    expect(page.locator("fieldset:has(#choices) legend")).to_have_text("For dropdown and multi-select")
    expect(page.locator("#choices")).to_be_visible()


def test_an_input_of_several_lines_looks_like_one(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/fields/new")
    page.select_option("#type", "dropdown")

    line, lines = (page.locator(name).bounding_box()["height"] for name in ("#label", "#choices"))

    assert lines > 1.5 * line

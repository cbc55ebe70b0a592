"""Custom fields: what the form asks follows the type; the order follows arrows and the pointer."""

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


def test_the_order_follows_arrows_and_the_pointer_as_far_as_it_is_saved(account, open_page):
    for label in ("Site", "Shift"):
        account.server.flask(
            "fields", "add", "--account", account.id, "--field-id", label.lower(), "--label", label, "--type", "text"
        )
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/fields")
    names = page.locator("table[data-reorder] .name-cell a")

    page.click("button[aria-label='Move Site down']")
    expect(names).to_have_text(["Shift", "Site"])
    expect(page.locator("#live")).to_have_text("Site moved to place 2 of 2")
    expect(page.locator("button[aria-label='Move Site up']")).to_be_focused()

    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('nobody answers')); }")
    first, second = (page.locator("[data-grip]").nth(place).bounding_box() for place in (0, 1))
    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    page.mouse.move(second["x"] + 5, second["y"] + second["height"])
    expect(names).to_have_text(["Site", "Shift"])
    page.mouse.up()
    expect(names).to_have_text(["Shift", "Site"])


def test_presses_follow_each_other_and_an_order_that_somebody_else_changed_is_shown_first(account, open_page):
    for label in ("Site", "Shift", "Team"):
        account.server.flask(
            "fields", "add", "--account", account.id, "--field-id", label.lower(), "--label", label, "--type", "text"
        )
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/fields")
    other = page.context.new_page()
    other.goto("/fields")
    names = page.locator("table[data-reorder] .name-cell a")

    page.locator("button[aria-label='Move Site down']").evaluate("(button) => { button.click(); button.click(); }")
    expect(names).to_have_text(["Shift", "Team", "Site"])

    other.click("button[aria-label='Move Team up']")
    expect(other.locator("#moved")).to_contain_text("nothing was moved")
    expect(other.locator("#live")).to_contain_text("nothing was moved")
    expect(other.locator("button[aria-label='Move Team up']")).to_be_focused()
    expect(other.locator("table[data-reorder] .name-cell a")).to_have_text(["Shift", "Team", "Site"])
    other.click("button[aria-label='Move Team up']")
    expect(other.locator("table[data-reorder] .name-cell a")).to_have_text(["Team", "Shift", "Site"])

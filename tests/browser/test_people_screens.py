"""The list of people in every look and state; searching while typing, choosing rows and conditions with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES

FILTERED = "/users?state=active&role=member&source=file&q=e&f=custom.site:filled&f=created:after:2020-01-01"


@pytest.mark.parametrize("size", STATE_SIZES)
def test_the_list_is_sound_in_every_state(filled_to_read, open_page, looked_at, size):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url, viewport=SIZES[size]))

    def see(name, address):
        page.goto(address)
        looked_at(page, name)

    page.goto("/users")
    page.check("tbody .pick input >> nth=1")
    page.check("tbody .pick input >> nth=3")
    looked_at(page, "people-chosen")
    page.click("summary:has-text('More filters')")
    looked_at(page, "people-more-filters")
    page.select_option("#condition-field", "custom.languages")
    page.wait_for_selector("#condition-op")
    looked_at(page, "people-condition")
    page.keyboard.press("Escape")
    page.click("summary:has-text('Columns')")
    looked_at(page, "people-columns")
    page.keyboard.press("Escape")
    page.click("summary:has-text('CSV')")
    looked_at(page, "people-files")
    see("people-filtered", FILTERED)
    see("people-refused", "/users?group=Sels&f=custom.gone:is:1&f=custom.weeklyHours:is:many&col=custom.gone")
    see("people-filter-page", "/users/filter?state=active")
    see("people-filter-date", "/users/filter?field=custom.startDate")
    see("people-filter-error", "/users/filter?field=custom.weeklyHours&op=between&v=9&v=many&step=add")
    see("people-every-column", "/users?per=50&col=" + "&col=".join(EVERY_COLUMN))
    page.click("tbody summary >> nth=1")
    looked_at(page, "people-every-column-menu")


EVERY_COLUMN = (
    "state", "role", "source", "groups", "title", "department", "manager", "custom.site", "custom.startDate",
    "custom.weeklyHours", "custom.firstAider", "custom.languages", "created",
)  # fmt: skip


def test_typing_choosing_and_conditions_need_no_new_page(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users?state=active&sort=-name")

    page.type("#q", "tobias")
    expect(page.locator("#live")).to_have_text("1 person found")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#tiles .tile >> nth=0")).to_contain_text("2")
    expect(page.locator("#q")).to_be_focused()
    expect(page).to_have_url(f"{filled_to_read.server.url}/users?state=active&sort=-name&q=tobias")
    page.fill("#q", "nobody of this name")
    expect(page.locator("#found")).to_contain_text("No active people match “nobody of this name”")
    page.evaluate("[window.kept, window.fetch] = [window.fetch, () => Promise.reject(new TypeError('gone'))]")
    page.fill("#q", "tob")
    expect(page.locator("#unsearched")).to_be_visible()
    expect(page.locator("#live")).to_contain_text("The server could not be reached")
    page.evaluate("window.fetch = window.kept")
    page.fill("#q", "")
    expect(page.locator("tbody tr")).to_have_count(25)
    expect(page.locator("#unsearched")).to_be_hidden()
    page.select_option("#source", "hand")
    expect(page.locator("#chosen")).to_contain_text("Source is By hand")
    expect(page).to_have_url(f"{filled_to_read.server.url}/users?state=active&sort=-name&source=hand")

    everybody = page.locator("tbody .pick input")
    page.check("[data-pick-all]")
    expect(page.locator("tbody .pick input:checked")).to_have_count(everybody.count())
    everybody.nth(2).uncheck()
    expect(page.locator("[data-pick-all]")).to_be_checked(indeterminate=True)
    page.locator("tbody summary").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody .menu[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("tbody summary").nth(1)).to_be_focused()

    page.click("summary:has-text('More filters')")
    page.focus("#condition-field")
    held = []
    page.route("**/users/filter?*custom.site*", lambda route: held.append(route))
    page.select_option("#condition-field", label="Site")
    page.select_option("#condition-field", label="Weekly hours")
    expect(page.locator("#condition-value")).to_be_visible()
    with page.expect_event("requestfinished"):
        held[0].continue_()  # the answer about the field chosen before comes last
    expect(page.locator("#condition-second")).to_be_hidden()
    expect(page.locator("#condition-field")).to_be_focused()
    page.select_option("#condition-op", label="is between")
    page.fill("#condition-value", "30")
    page.fill("#condition-second", "38")
    page.click("text=Add condition")
    expect(page.locator("#chosen")).to_contain_text("Weekly hours is between 30 and 38")
    expect(page).to_have_url(re.compile(r"source=hand.*f=custom\.weeklyHours:between:30\.\.38"))


@pytest.mark.journey
def test_who_works_by_keyboard_keeps_the_place_in_the_list(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users?state=active&role=member&per=25")
    sorting, filters = page.locator("thead a >> nth=0"), page.locator(".chosen a")

    sorting.press("Enter")
    expect(page).to_have_url(re.compile("sort=-name"))
    expect(sorting).to_be_focused()
    sorting.click()
    expect(page).not_to_have_url(re.compile("sort=-name"))
    expect(page.locator("main a:focus")).to_have_count(0)

    filters.last.press("Enter")
    expect(filters).to_have_count(1)
    expect(filters).to_be_focused()
    page.press("text=Next", "Enter")
    expect(page.get_by_role("region", name="People table")).to_be_focused()
    filters.press("Enter")
    expect(page.locator("#q")).to_be_focused()


def test_without_script_filters_and_columns_are_chosen_and_lead_back(filled, open_page):
    page = filled.enter(open_page(base_url=filled.server.url, java_script_enabled=False))
    page.goto("/users")
    page.fill("#q", "e")
    page.select_option("#role", label="Member")
    page.get_by_role("button", name="Search").click()
    page.click("summary:has-text('More filters')")
    page.select_option("#condition-field", label="Site")
    page.click("button:text-is('Choose')")
    page.check("input[value=Rotterdam]")
    page.click("text=Add condition")
    expect(page.locator("#chosen")).to_contain_text("Site is any of Rotterdam")
    expect(page.locator("#chosen")).to_contain_text("Role is Member")
    page.click("summary:has-text('Columns')")
    page.check("#columns input[value=title]")
    page.select_option("#sort", label="Title, Z to A")
    page.click("button:text-is('Show')")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Title")
    view = page.url
    page.click("tbody th a >> nth=0")
    page.click(".crumb a")
    expect(page).to_have_url(view)
    page.click("#chosen a:text-is('Clear all')")
    expect(page.locator("#chosen")).to_be_empty()

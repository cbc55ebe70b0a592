"""Acting on many people, in every look and without scripts: the bar, the question, progress, the result, the list."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import DESKTOP, PHONE, SIZES, STATE_SIZES
from tests.support.near_server import NearAccount


def choose(page, address, action, count):
    """Choose the first ``count`` people of a list and an action, and press Apply."""
    page.goto(address)
    for box in page.locator("#batch tbody .pick input").all()[:count]:
        box.check()
    page.select_option("#batch-action", label=action)
    page.click("#batch button:text-is('Apply')")


@pytest.mark.parametrize("size", STATE_SIZES)
def test_batch_screens_are_sound(filled, open_page, looked_at, size):
    page = filled.enter(open_page(base_url=filled.server.url, viewport=SIZES[size]))

    def see(name):
        looked_at(page, name)

    page.goto("/batches")
    see("batches-empty")
    page.goto("/users")
    page.locator("#batch tbody .pick input").first.check()
    see("users-selected")
    choose(page, "/users?sort=source", "Deactivate", 8)
    see("batch-check")
    page.check("input[name=with_managed]")
    expect(page.locator("[data-unmeant]").first).to_be_hidden()
    button = page.locator("#batch-check button[type=submit]")
    expect(button).to_have_text(button.get_attribute("data-with"))
    page.click("#batch-check button[type=submit]")
    see("batch-result")
    page.click("#undo button")
    see("batch-undone")
    choose(page, "/users", "Add to group", 3)
    page.click("#batch-check button[type=submit]")
    see("batch-check-errors")
    choose(page, "/users", "Change role", 2)
    see("batch-check-role")
    choose(page, "/users", "Set manager", 2)
    see("batch-check-manager")
    page.goto("/batches")
    see("batches")


def test_the_count_follows_the_boxes_and_the_head_chooses_all(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users")
    status = page.locator("[data-picked]")

    expect(status).to_have_text("None selected")
    page.locator("#batch tbody .pick input").nth(1).check()
    expect(status).to_have_text("1 selected")
    page.click("#batch button:text-is('Apply')")  # without an action: the browser asks for it
    expect(page.locator("#batch-action")).to_be_focused()
    expect(status).to_have_text("1 selected")
    page.check("[data-pick-all]")
    expect(status).to_have_text("25 selected")
    page.check("#batch input[name=all]")
    expect(status).to_have_text(page.locator("#batch input[name=all]").get_attribute("data-words"))


def test_a_manager_is_suggested_while_a_name_is_typed(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    choose(page, "/users", "Set manager", 1)
    page.type("#manager", "tobias.oy")

    expect(page.locator("#manager-options option").first).to_have_attribute(
        "value", "tobias.oyelaran@brightwater.example"
    )


def test_it_works_without_scripts(filled, open_page):
    page = filled.enter(open_page(base_url=filled.server.url, java_script_enabled=False))
    page.goto("/users")
    page.click("#batch button:text-is('Apply')")
    expect(page.locator("main [role=status]").first).to_contain_text("Choose at least one person.")
    choose(page, "/users", "Deactivate", 2)
    page.click("#batch-check button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Deactivate:")
    page.click("#undo button")
    expect(page.locator("h1")).to_contain_text("Undo of “Deactivate”")


@pytest.fixture
def crowded(start_server):
    """A server with more people than one request acts on, and nobody beside the pages who carries anything out."""
    account = NearAccount(start_server(SCIMAPP_BATCH_WORKER="0"), "Brightwater Foods")
    account.server.flask("demo", "seed", "--account", account.id, "--people", "220")
    yield account
    account.close()


def test_a_long_batch_is_watched_until_it_is_done(crowded, open_page, looked_at):
    plain = crowded.enter(open_page(base_url=crowded.server.url, java_script_enabled=False))
    plain.goto("/users?sort=role")
    plain.check("#batch input[name=all]")
    plain.select_option("#batch-action", label="Deactivate")
    plain.click("#batch button:text-is('Apply')")
    plain.click("#batch-check button[type=submit]")
    expect(plain.locator("h1")).to_have_text("Deactivate: working")
    for viewport in (DESKTOP, PHONE):
        still = open_page(base_url=crowded.server.url, viewport=viewport)
        still.route("**/js/progress.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        crowded.enter(still).goto(plain.url)
        looked_at(still, "batch-working")
    plain.click("text=Refresh")
    plain.click("text=Go on now")
    plain.wait_for_load_state()

    page = crowded.enter(open_page(base_url=crowded.server.url))
    page.goto(plain.url)

    expect(page.locator("h1")).to_contain_text("done", timeout=30_000)
    plain.goto(plain.url)
    expect(plain.locator("h1")).to_contain_text("done")

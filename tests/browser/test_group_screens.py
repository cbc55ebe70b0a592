"""Groups that are managed here, in every look: adding, members, links, role rules."""

import pytest
from playwright.sync_api import expect

from tests.support.fixtures.browser import SIZES, STATE_SIZES


@pytest.mark.parametrize("size", STATE_SIZES)
def test_group_screens_are_sound(filled, open_page, looked_at, size):
    page = filled.enter(open_page(base_url=filled.server.url, viewport=SIZES[size]))

    def see(name, address):
        page.goto(address)
        looked_at(page, name)

    see("group-new", "/groups/new")
    page.click("main form button[type=submit]")
    looked_at(page, "group-new-errors")
    page.fill("#name", "Sales world")
    page.click("main form button[type=submit]")
    own = page.url
    looked_at(page, "group-own-empty")
    see("group-add-members", f"{own}/members/add")
    for box in page.locator("#choose input[type=checkbox]").all()[:4]:
        box.check()
    page.click("#choose button[type=submit]")
    looked_at(page, "group-own")
    see("group-add-none", f"{own}/members/add?q=nobody+of+this+name")
    see("group-rename", f"{own}/rename")
    see("group-delete", f"{own}/delete")
    see("group-unlink", f"/groups/{filled.group}/unlink")
    see("settings-rules-empty", "/settings/rules")
    page.goto(f"{own}/rule")
    page.check("input[value=user_admin]")
    page.click("text=Show who changes")
    looked_at(page, "group-rule")
    page.click("text=Save rule")
    see("settings-rules", "/settings/rules")
    see("groups-filtered", "/groups?source=okta&attention=skipped")
    see("groups-none", "/groups?attention=conflict")
    see("group-everyone", "/groups/everyone")


def test_members_are_suggested_while_a_name_is_typed(filled, open_page):
    page = filled.enter(open_page(base_url=filled.server.url))
    page.goto("/groups/new")
    page.fill("#name", "Crew")
    page.click("main form button[type=submit]")
    page.type("#add-q", "tobias.oy")
    page.wait_for_selector("#add-options option", state="attached")
    page.fill("#add-q", page.get_attribute("#add-options option", "value"))
    page.click("#add-member button[type=submit]")

    expect(page.locator("main table").get_by_text("Tobias Oyelaran")).to_be_visible()

"""What 200 % and 400 % leave of a screen, also with the distances between letters and lines that a reader may set (WCAG 1.4.10, 1.4.12)."""

import pytest

from tests.browser.conftest import fill
from tests.support.near_server import NearAccount

NARROW = {"width": 320, "height": 640}
TWICE = {"width": 720, "height": 450}  # 1440 by 900 at 200 %
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
# Links and buttons that a menu of a row lies on.
COVERED = """() => [...document.querySelectorAll("td.more summary")].flatMap((menu) => {
  const over = menu.getBoundingClientRect();
  return [...menu.closest("tr").querySelectorAll("td:not(.more) :is(a, .pill, time)")].filter((part) => {
    const under = part.getBoundingClientRect();
    return under.left < over.right && over.left < under.right && under.top < over.bottom && over.top < under.bottom;
  }).map((part) => part.textContent.trim());
})"""
CUT = """() => [...document.querySelectorAll(".copy input")]
  .filter((input) => input.scrollWidth > input.clientWidth).map((input) => input.id)"""
# How many parts stand in each row.
ROWS = """(bar) => {
  const parts = [...bar.querySelectorAll(".search, .as-parts > select, .as-parts > .group-box, :scope > .menu, :scope > .btn")];
  const tops = parts.map((part) => Math.round(part.getBoundingClientRect().top));
  return [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
}"""


@pytest.fixture(scope="module")
def refusing(server):
    """An account whose directory sends a value that is refused, for all tests here: they only read."""
    account = fill(NearAccount(server, "Brightwater Foods"))
    okta, urn = account.scim("okta"), f"urn:kissflow:scim:schemas:extension:{account.id}:2:User"
    refused = {"userName": "x@brightwater.example", "schemas": [urn], urn: {"startDate": "31/12/2026"}}
    assert okta.post("/Users", refused).status_code == 400
    yield account
    account.close()


@pytest.fixture
def narrow(refusing, open_page):
    """A page of that account in German at 400 %."""
    page = refusing.enter(open_page(base_url=refusing.server.url, viewport=NARROW, bypass_csp=True))
    page.goto("/me")
    page.select_option("#language", "de")
    page.click("form:has(#language) button[type=submit]")
    return page


def test_the_menu_of_a_row_lies_on_nothing(narrow):
    narrow.goto("/fields")

    assert narrow.get_by_role("link", name="Falscher Wert gesendet").first.is_visible()
    assert narrow.evaluate(COVERED) == []


def test_no_region_of_cards_says_that_it_scrolls(narrow):
    for address in ("/users", "/groups", "/audit", "/provisioning/log", "/settings/roles"):
        narrow.goto(address)
        regions = narrow.evaluate("""[...document.querySelectorAll("[role=region]:has(table.cards)")]
          .filter((part) => part.scrollWidth <= part.clientWidth).map((part) => part.ariaLabel)""")
        assert regions, address
        assert not any("scroll" in name for name in regions), regions


def test_the_account_id_is_shown_whole(narrow):
    for address in ("/settings", "/provisioning"):
        narrow.goto(address)
        assert narrow.evaluate(CUT) == [], address


def test_spaced_words_of_buttons_break(narrow, refusing):
    for address in (f"/groups/{refusing.group}", "/users/new"):
        narrow.goto(address)
        narrow.add_style_tag(content=SPACED)
        assert narrow.evaluate("document.documentElement.scrollWidth") == NARROW["width"], address
        wide = narrow.evaluate(
            "[...document.querySelectorAll('main .btn')].map((part) => part.scrollWidth - part.clientWidth)"
        )
        assert max(wide) <= 0, address


def test_at_twice_the_size_filters_fill_their_rows_and_charts_can_be_read(refusing, open_page):
    """The button of the filters stood alone in a row, the words of a chart shrank with it, and a duration had no unit."""
    page = refusing.enter(open_page(base_url=refusing.server.url, viewport=TWICE))
    page.goto("/users")
    rows = page.locator(".filters").first.evaluate(ROWS)
    assert rows == [1, 6]  # the search, as wide as the page; the others
    page.goto("/provisioning/log")
    assert page.locator("td[data-l$='(ms)']").first.is_visible()
    words = page.locator(".chart.wide .tick").first
    assert words.evaluate("(word) => parseFloat(getComputedStyle(word).fontSize) * word.getScreenCTM().a") >= 10


def test_on_small_phones_values_of_a_directory_are_read_whole(account, open_page):
    """Only very long ones were wrapped."""
    person = {"userName": "tobias.oyelaran@brightwater.example", "title": "Field Sales Manager, Northern Europe"}
    made = account.scim("okta").post("/Users", person).json["id"]
    page = account.enter(open_page(base_url=account.server.url, viewport=NARROW))
    page.goto(f"/users/{made}")

    left = "(title) => [title.scrollWidth - title.clientWidth, title.scrollHeight - title.clientHeight]"
    assert max(page.locator("textarea#title").evaluate(left)) <= 0

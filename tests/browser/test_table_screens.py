"""Tables at every width: what goes on to the right, columns of one's own, and their heads."""

from playwright.sync_api import expect

from tests.support.fixtures.browser import PHONE

NARROW = {"width": 1024, "height": 800}  # the narrowest with a sidebar
MANY_COLUMNS = "/users?" + "&".join(
    f"col={key}" for key in ("state", "role", "source", "groups", "title", "department", "custom.site", "last_sign_in")
)
LAPTOPS = ({"width": 1280, "height": 800}, {"width": 1440, "height": 900})
HIDDEN_WIDTHS = "() => [...document.querySelectorAll('.wrap')].map((wrap) => wrap.scrollWidth - wrap.clientWidth)"
SHADOW = """async (menu) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return Number(getComputedStyle(menu, "::before").opacity);
}"""
BEHIND_THE_MENUS = """() => [...document.querySelectorAll("thead a")].filter((link) => {
  const wrap = link.closest(".wrap"), edge = document.querySelector("thead .more").getBoundingClientRect().left;
  wrap.scrollLeft = 0;
  wrap.scrollLeft = link.getBoundingClientRect().right - edge - 20;
  link.focus();
  const behind = link.getBoundingClientRect().right > edge;
  wrap.scrollLeft = 0;
  return behind;
}).map((link) => link.textContent)"""
OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll(".filters :is(.form-select, .form-control, .btn)")].filter((part) => part.checkVisibility());
  const [at, edge] = [(part) => part.getBoundingClientRect(), document.querySelector(".filters").getBoundingClientRect().right];
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return boxes.filter((part) => at(part).right > edge || boxes.some((other) => other !== part && meet(at(part), at(other))))
    .map((part) => part.id || part.textContent);
}"""
CUT_PLACEHOLDERS = """() => [...document.querySelectorAll(".filters input[placeholder]")].filter((input) => {
  const style = getComputedStyle(input), context = document.createElement("canvas").getContext("2d");
  context.font = style.font;
  const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return input.checkVisibility() && context.measureText(input.placeholder).width > room + 1;
}).map((input) => input.id)"""


def test_a_table_that_goes_on_to_the_right_shows_it_and_menus_stay_on_the_screen(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url, viewport=NARROW))
    page.goto(MANY_COLUMNS)
    menu = page.locator("tbody .more").first
    assert menu.evaluate(SHADOW) == 1
    name = page.locator("tbody .name-cell").first.bounding_box()
    assert name["width"] >= 14 * 16, "names are cut, and the table scrolls all the same"
    assert page.evaluate(BEHIND_THE_MENUS) == []

    page.locator(".wrap").evaluate("(part) => part.scrollTo(part.scrollWidth, 0)")
    assert menu.evaluate(SHADOW) == 0
    page.goto("/users?col=state")  # fits
    assert menu.evaluate(SHADOW) == 0

    for width, name in ((768, "More filters"), (320, "CSV")):  # the row of buttons breaks before this one
        page.set_viewport_size({"width": width, "height": 800})
        page.locator("main summary", has_text=name).click()
        opened = page.locator("main .menu[open] > div").bounding_box()
        assert opened["x"] >= 0 and opened["x"] + opened["width"] <= width, name
    for address in ("/users", "/audit", "/outbox", "/provisioning/log"):
        page.goto(address)
        assert page.evaluate(OVERLAPPING) == [], address


def test_lists_with_fields_of_ones_own_fit_a_laptop(filled, open_page):
    page = filled.enter(open_page(base_url=filled.server.url))

    for size in LAPTOPS:
        page.set_viewport_size(size)
        for address in ("/users", f"/groups/{filled.group}", "/fields", "/provisioning", "/outbox", "/audit"):
            page.goto(address)
            assert max(page.evaluate(HIDDEN_WIDTHS)) <= 0, (size["width"], address)
    page.goto("/users")
    assert page.locator("thead a", has_text="Start date").count() == 1
    page.goto("/me")
    page.select_option("#language", "de")
    page.click("form:has(#language) button[type=submit]")
    page.set_viewport_size(LAPTOPS[0])
    page.goto("/fields")
    assert page.evaluate(HIDDEN_WIDTHS) == [0]
    page.goto("/users")
    for width in (1201, 1000, 961, 768):  # above one step of the layout, and around the others
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate(HIDDEN_WIDTHS) == [0], width
    page.goto(MANY_COLUMNS)
    for width in (767, 641):  # each person is a card, with whatever columns were chosen
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate(HIDDEN_WIDTHS) == [0], width
    expect(page.locator("tbody td[data-l]:visible")).to_have_count(8 * page.locator("tbody tr").count())
    page.goto("/users")
    for width in (1280, 1024):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.locator("#q").bounding_box()["y"] == page.get_by_role("button", name="Suchen").bounding_box()["y"]
        assert page.evaluate(CUT_PLACEHOLDERS) == [], width
    for address in ("/groups", "/outbox", "/provisioning/log", "/audit", "/users"):
        page.goto(address)
        assert max(page.evaluate(HIDDEN_WIDTHS)) <= 0, address
        assert page.evaluate(CUT_PLACEHOLDERS) == [], address
    assert page.locator("tbody .name-cell a").first.bounding_box()["width"] >= 130, "names cannot be read"
    entry, pill = (
        page.locator(f".side a[href='/outbox']{part}").bounding_box() for part in (" > span:first-of-type", " > .pill")
    )
    assert pill["y"] < entry["y"] + entry["height"], "the number of failed mails breaks under the name"


def test_a_long_label_makes_no_wide_column_of_short_values(filled, open_page):
    label = "Number of the parking space in the multi-storey car park behind the station"
    told = ("--account", filled.id, "--label", label, "--field-id", "space", "--type", "text")
    filled.server.flask("fields", "add", *told)
    page = filled.enter(open_page(base_url=filled.server.url))

    page.goto(
        "/users?"
        + "&".join(f"col={key}" for key in ("state", "role", "source", "groups", "custom.site", "custom.space"))
    )

    assert page.evaluate(HIDDEN_WIDTHS) == [0]
    assert page.locator("thead th", has_text="parking").bounding_box()["width"] <= 192


def test_heads_of_columns_are_seen_on_a_phone_while_they_have_the_focus(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url, viewport=PHONE))
    page.goto("/groups")
    sort = page.locator("thead a").nth(1)

    sort.focus()

    assert sort.evaluate(
        """link => {
            const box = link.getBoundingClientRect();
            return link.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }"""
    )


def test_a_list_of_more_columns_than_a_sheet_holds_stays_on_it_with_every_value(filled_to_read, open_page):
    page = filled_to_read.enter(open_page(base_url=filled_to_read.server.url))
    page.goto("/users")
    columns = page.locator("input[name=col]").evaluate_all("(boxes) => boxes.map((box) => box.value)")
    page.goto("/users?" + "&".join(f"col={key}" for key in columns))
    values = page.locator("tbody .clip.value").count()

    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})  # A4 within margins of a centimetre

    assert len(columns) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.locator("tbody .clip.value:visible").count() == values
    title = page.locator("tbody td", has_text="Field Sales Manager")
    assert title.evaluate("(cell) => getComputedStyle(cell, '::before').content").startswith('"Title')
    expect(page.locator("tbody td.optional:visible", has_text="–")).to_have_count(0)

"""What the screens have in common: the distance between cards, lists of boxes to tick, and the bar of members."""

from playwright.sync_api import expect

from tests.support.fixtures.browser import PHONE

SMALL_PHONE = {"width": 320, "height": 800}  # also 640 pixels at 200 %
FOUR_TIMES = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
NARROW = {"width": 1024, "height": 800}  # the narrowest with a sidebar
HIDDEN_WIDTHS = "() => [...document.querySelectorAll('.wrap')].map((wrap) => wrap.scrollWidth - wrap.clientWidth)"
PLACES = """(part, letters) => letters.map((at) => {
  const range = document.createRange();
  range.setStart(part.firstChild, at);
  range.setEnd(part.firstChild, at + 1);
  return range.getBoundingClientRect().x;
})"""
FROM_THE_BEGINNING = """(part) => {
  const range = document.createRange();
  range.selectNodeContents(part);
  return range.getBoundingClientRect().x - part.getBoundingClientRect().x;
}"""
WIDER_THAN_THEIR_BOX = """() => [...document.querySelectorAll("main :is(.lab, .btn)")]
  .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1).map((part) => part.textContent.trim())"""
# How often a form would go out that is sent twice before the server answers.
SENT_TWICE = """async () => {
  const asked = [], { form } = document.getElementById("name"), counts = new AbortController();
  let sent = 0;
  window.fetch = () => new Promise((go) => asked.push(go));
  document.addEventListener("submit", (event) => {
    sent += !event.defaultPrevented;
    event.preventDefault();
  }, { signal: counts.signal });
  form.requestSubmit();
  form.requestSubmit();
  asked.forEach((go) => go());
  await new Promise((go) => setTimeout(go));
  counts.abort();
  return sent;
}"""
# Fields that begin at one height and whose inputs do not: the heights of these inputs.
UNEVEN = """() => [...document.querySelectorAll(".half")].flatMap((half) => {
  const lines = {};
  for (const field of half.children) {
    const input = field.querySelector(".form-control, .form-select");
    if (input?.checkVisibility()) (lines[field.getBoundingClientRect().top] ??= []).push(input.getBoundingClientRect().top);
  }
  return Object.values(lines).filter((tops) => new Set(tops).size > 1);
})"""
GAPS = """() => [...document.querySelectorAll(".cols > .stack-gap > .card + .card")].map(
  (card) => Math.round(card.getBoundingClientRect().top - card.previousElementSibling.getBoundingClientRect().bottom))"""


def test_cards_in_a_column_stand_equally_far_apart(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))

    for address in ("/provisioning", "/me", f"/users/{account.owner_id}"):
        page.goto(address)
        assert set(page.evaluate(GAPS)) == {20}, address


def test_the_name_of_a_list_of_boxes_has_a_line_of_its_own(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/provisioning")

    name, first = (page.locator(f".picks-2 {part}").first.bounding_box() for part in ("legend", ".form-check"))

    assert name["y"] + name["height"] <= first["y"]


def test_what_is_copied_is_as_high_as_its_button(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/provisioning/configure")

    heights = page.evaluate(
        "[...document.querySelectorAll('.copy > *')].map((part) => part.getBoundingClientRect().height)"
    )

    assert set(heights) == {36}


def test_the_state_of_the_connection_stands_beside_its_name(account, open_page):
    account.server.flask("tokens", "generate", "--account", account.id, "--label", "Okta", "--provider", "okta")
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/provisioning")

    name, pill = (page.locator(f".side a[href='/provisioning'] > {part}") for part in ("span:first-of-type", ".pill"))

    assert pill.inner_text() == "Waiting"
    assert pill.bounding_box()["y"] < name.bounding_box()["y"] + name.bounding_box()["height"] / 2


def test_a_search_alone_stands_in_a_row_with_its_button_on_phones(filled, open_page):
    page = filled.enter(open_page(base_url=filled.server.url, viewport=SMALL_PHONE))
    page.goto("/me")
    page.select_option("#language", "de")
    page.click("form:has(#language) button[type=submit]")

    for width in (PHONE["width"], SMALL_PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        for address in (f"/groups/{filled.group}", "/settings/roles", "/settings/roles/give"):
            page.goto(address)
            box, button = (page.locator(f".filters > {part}").bounding_box() for part in (".search", ".btn"))
            assert box["y"] == button["y"], address
            assert box["x"] + box["width"] < button["x"], address
    for address in ("/provisioning/log", "/outbox", "/audit", "/provisioning/guides/other"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details.chart-table').forEach((part) => { part.open = true; })")
        assert max(page.evaluate(HIDDEN_WIDTHS)) <= 0, address
        assert page.evaluate(WIDER_THAN_THEIR_BOX) == [], address
    page.set_viewport_size(PHONE)
    expect(page.locator(".tabs a[aria-current]")).to_be_in_viewport(ratio=0.9)


def test_members_have_a_bar_on_top_at_every_width(filled_to_read, open_page, looked_at):
    page = open_page(base_url=filled_to_read.server.url, viewport=NARROW)
    filled_to_read.enter(page, "maria.fernandez@brightwater.example").goto("/")

    for name, size in (("narrow", NARROW), ("phone", PHONE)):
        page.set_viewport_size(size)
        expect(page.get_by_role("link", name="Menu")).to_be_hidden()
        expect(page.get_by_role("link", name="Close")).to_be_hidden()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert page.locator("main").bounding_box()["y"] < 144
        looked_at(page, f"member-bar-{name}-light")


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


def test_words_from_right_to_left_keep_their_order_in_lists_and_inputs(account, open_page):
    """What comes last, as "(IT)" here, stood on the right, as in a sentence from left to right."""
    name = {"givenName": "مدير 3", "familyName": "(IT)."}
    account.scim("okta").post("/Users", {"userName": "mudir@brightwater.example", "name": name})
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/users?q=mudir")

    first, last = page.locator("tbody .name-cell a").evaluate(PLACES, [0, 8])
    assert last < first
    page.locator("tbody .name-cell a").click()
    first, last = page.locator("h1 bdi").evaluate(PLACES, [0, 8])
    assert last < first
    assert page.locator("#nickname").evaluate("(input) => getComputedStyle(input).unicodeBidi") == "plaintext"


def test_words_from_right_to_left_keep_their_order_in_lists_of_anything(account, open_page):
    """They did so in lists of people, and nowhere else."""
    words, okta = "مدير 3 (IT).", account.scim("okta")
    okta.post(
        "/Users", {"userName": "mudir@brightwater.example", "name": {"givenName": words[:6], "familyName": words[7:]}}
    )
    okta.post("/Groups", {"displayName": words})
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/fields/new")
    page.fill("#label", words)
    page.fill("#field_id", "mudir")
    page.click("#field button[type=submit]")

    for address in ("/outbox", "/groups", "/fields"):
        page.goto(address)
        name = page.locator("tbody th .clip, tbody th .plain", has_text=words)
        first, last = name.evaluate(PLACES, [0, 8])
        assert last < first, address


def test_names_from_right_to_left_stand_where_their_line_begins(account, open_page):
    """Beside a list they stood at the other end: Chromium knows the keyword that says so under its own name only."""
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/me")
    page.fill("#given_name", "مدير")
    page.click("#profile button[type=submit]")
    page.goto("/settings")
    page.fill("#name", "مصنع")
    page.click("#account button[type=submit]")

    for name in (page.locator(".acct .clip").first, page.locator(".who .clip").first):
        assert name.evaluate(FROM_THE_BEGINNING) == 0


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


def test_a_contrast_theme_shows_what_is_ticked(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, forced_colors="active"))
    page.goto("/fields/new")
    box = page.locator("#required")
    empty = box.screenshot()

    box.press("Space")
    box.blur()

    assert box.is_checked()
    assert box.screenshot() != empty


def test_a_long_label_without_a_space_pushes_nothing_out_of_sight(account, open_page):
    page = account.enter(open_page(base_url=account.server.url, viewport=PHONE))
    page.goto("/fields/new")
    page.fill("#label", "L" * 120)
    page.click("#field button[type=submit]")
    page.goto(f"/users/{account.owner_id}")
    page.fill("[name^=custom-]", "a value, so that the own page shows the field")
    page.click("#profile button[type=submit]")
    page.goto("/provisioning/configure")
    page.fill("#label", "T" * 80)
    page.click("text=Generate token")
    page.click("text=Save and switch on")

    expect(page.get_by_role("link", name="Close")).to_be_in_viewport(ratio=1)
    page.goto("/me")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_form_that_is_sent_offline_stays_and_goes_once_the_server_answers(account, open_page):
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/groups/new")
    page.fill("#name", "Field Sales")
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    page.evaluate("[window.kept, window.fetch] = [window.fetch, () => Promise.reject(new TypeError('gone'))]")

    page.click("main button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("You are offline, so nothing was sent.")

    assert page.evaluate(SENT_TWICE) == 1
    page.evaluate("window.fetch = window.kept")
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Field Sales")


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


def test_inputs_beside_each_other_start_at_one_height_whatever_their_labels_need(account, open_page):
    """Beside a label of two lines, an input stood higher than its neighbour."""
    long = "Where the person works on most days of the week, or would if there were an office"
    for number, (label, kind) in enumerate(
        ((long, "text"), ("Site", "integer"), (f"{long}?", "user"), ("Fit", "boolean"))
    ):
        account.server.flask(
            "fields", "add", "--account", account.id, "--field-id", f"f{number}", "--label", label, "--type", kind
        )
    page = account.enter(open_page(base_url=account.server.url))

    for address in (f"/users/{account.owner_id}", "/users/new"):
        page.goto(address)
        page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        assert page.evaluate(UNEVEN) == [], address

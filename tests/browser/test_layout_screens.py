"""What the screens have in common: the distance between cards, lists of boxes to tick, and the bar of members."""

from playwright.sync_api import expect

from tests.support.fixtures.browser import PHONE

SMALL_PHONE = {"width": 320, "height": 800}  # also 640 pixels at 200 %
NARROW = {"width": 1024, "height": 800}  # the narrowest with a sidebar
HIDDEN_WIDTHS = "() => [...document.querySelectorAll('.wrap')].map((wrap) => wrap.scrollWidth - wrap.clientWidth)"
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

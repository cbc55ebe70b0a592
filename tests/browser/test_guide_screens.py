"""Guides, custom fields and mapping sheets in every look and state, hostile labels included."""

from playwright.sync_api import expect

from tests.browser.conftest import TOBIAS
from tests.support.fixtures.browser import STATE_SIZES

GUIDES = ("entra", "onelogin", "jumpcloud", "other")  # Okta's is one of ``test_screens``
HOSTILE = "\u202e<script>alert(1)</script>" + "W" * 80
THIRTEEN_COLUMNS = "/users?" + "&".join(
    f"col={key}"
    for key in (
        "state", "role", "source", "groups", "title", "department", "manager", "employee_number", "cost_center", "division",
        "organization", "created", "last_sign_in",
    )
)  # fmt: skip
BROKEN_WORDS = """() => [...document.querySelectorAll("tbody .clip.value")].flatMap((value) => {
  const text = value.firstChild;
  return [...text.data.matchAll(/[^\\s]+/g)].filter((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(String);
})"""
THIRTY_PEOPLE = """() => {
  const row = document.querySelector("tbody tr");
  for (let rows = 1; rows < 30; rows++) row.after(row.cloneNode(true));
}"""


def test_guides_and_fields_are_sound(filled, open_page, looked_at):
    urn = f"urn:kissflow:scim:schemas:extension:{filled.id}:2:User"
    filled.scim("okta").patch(f"/Users/{filled.person}", replace={urn: {"weeklyHours": "many"}})
    for size, viewport in STATE_SIZES.items():
        page = filled.enter(open_page(base_url=filled.server.url, viewport=viewport))

        def see(name, address=None, page=page):
            if address:
                page.goto(address)
            looked_at(page, name)

        for name in GUIDES:
            see(f"guide-{name}", f"/provisioning/guides/{name}")
        _see_fields(page, see, f"x_{size}".ljust(64, "x"))


def _see_fields(page, see, field_id):
    page.goto("/fields/new")
    page.fill("#label", HOSTILE)
    page.fill("#field_id", "1 of these")
    page.click("main form button[type=submit]")
    see("field-new-errors")
    page.fill("#field_id", field_id)
    page.click("main form button[type=submit]")
    see("fields-hostile")
    see("field-edit-hostile", f"/fields/{field_id}")
    page.goto("/fields/site")
    page.fill("#choices", "Somewhere else")
    page.click("main form button[type=submit]")
    see("field-options-asked")
    see("field-archive-hostile", f"/fields/{field_id}/archive")
    page.click("dialog button[type=submit]")
    page.click("details.card-footer summary")
    see("fields-archived")
    for name in ("okta", "entra", "other"):
        see(f"field-mapping-{name}", f"/fields/site/mapping?for={name}")


def test_a_guide_on_paper_has_no_sidebar_and_without_script_no_live_line(account, open_page):
    account.scim("okta")
    page = account.enter(open_page(base_url=account.server.url, java_script_enabled=False))
    page.goto("/provisioning/guides/okta")
    expect(page.locator("text=Done when the log shows a first call:")).to_be_visible()
    expect(page.locator("text=This page notices by itself.")).to_be_hidden()

    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/provisioning/guides/okta")
    expect(page.locator("text=This page notices by itself.")).to_be_visible()
    page.emulate_media(media="print")

    for gone in ("nav.side", "[data-print]", "[data-copy] >> nth=0", ".live"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#base")).to_be_visible()


def test_a_list_on_paper_is_light_and_without_what_is_pressed(account, open_page):
    account.scim("okta").post("/Users", TOBIAS)
    page = account.enter(open_page(base_url=account.server.url))
    page.goto("/users")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    page.emulate_media(media="print")

    for gone in (".filters", "#batch-action", "tbody .pick >> nth=0", "tbody .more >> nth=0", "text=Add user"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("tbody th").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"

    page.goto(THIRTEEN_COLUMNS)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})  # A4 within margins of a centimetre
    assert page.evaluate(BROKEN_WORDS) == []
    page.evaluate(THIRTY_PEOPLE)
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 2, "the list begins on a sheet of its own"

"""Words and names that are written from right to left, in screens that are read from left to right."""

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

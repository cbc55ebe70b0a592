"""The letters of names: from one font within a word, in as few bytes as they need."""

FONTS = "document.fonts.ready.then(() => [...document.fonts].filter((font) => font.status == 'loaded').length)"


def test_a_vietnamese_name_has_the_letters_of_one_font(account, open_page):
    """ứ and ạ came from another font, bolder than those beside them."""
    name = {"givenName": "Đức", "familyName": "Phạm"}
    account.scim("okta").post("/Users", {"userName": "duc@brightwater.example", "name": name})
    page = account.enter(open_page(base_url=account.server.url))
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/users?q=duc")
    assert page.evaluate(FONTS) == 2

    shown = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        shown.send(f"{domain}.enable")
    root = shown.send("DOM.getDocument")["root"]["nodeId"]
    cell = shown.send("DOM.querySelector", {"nodeId": root, "selector": "tbody .name-cell a"})["nodeId"]
    fonts = shown.send("CSS.getPlatformFontsForNode", {"nodeId": cell})["fonts"]
    assert {font["familyName"].split()[0] for font in fonts} == {"Inter"}
    assert not any("latin-ext" in url for url in asked)

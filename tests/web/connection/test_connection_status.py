"""The live line of Configure SCIM: what is heard of the directory since its token was switched on."""

from scimapp.directory.calls import call_log
from scimapp.directory.connection import connection, scim_tokens
from tests.support.connection_screens import ADDRESS, generate, secret_in
from tests.support.databases import on_both
from tests.support.html import parse_html


def test_the_live_line_turns_to_connected_with_the_first_call(page, account):
    client = account.scim()
    draft = generate(page, label="Okta production")
    draft.form("save").submit()
    assert "Waiting for the first call" in page("/provisioning/status").text

    client.with_token(secret_in(draft.html)).get("/Users", startIndex=1, count=2)

    connected = page("/provisioning/status").text
    assert "Connected. First call" in connected
    assert "asked for people" in connected
    assert [
        part.text for part in parse_html(page("/provisioning/status").html).find_all("span") if part.get("data-fresh")
    ] == ["On", "On"]
    assert "Health Connected" in connected


def test_a_directory_that_has_brought_people_needs_no_next_step(page, account, clock):
    client = account.scim("okta")
    client.get("/Users")
    assert "Next, enable Create" in page(ADDRESS).text

    client.post("/Users", {"userName": "ada@acme.example"})
    for _ in range(7):
        client.get("/Users")
        call_log.flush()
        clock.advance(hours=1)
    in_use = account.screens()(ADDRESS).text
    clock.advance(hours=26)
    quiet = account.screens()(ADDRESS).text

    assert "Connected. Last call 1 hour ago" in in_use
    assert "Next, enable" not in in_use
    assert "Quiet for 27 hours" in quiet
    assert "Connected" not in quiet


def test_a_directory_whose_token_has_ended_is_told(account, scope, clock):
    account.scim("okta").get("/Users")
    clock.advance(days=366)
    ended = account.screens()(ADDRESS).text
    account.scim("okta").get("/Users")
    for token in scim_tokens.live(scope):
        scim_tokens.revoke(scope, token.id)
    revoked = account.screens()(ADDRESS).text

    assert "The token “Test okta” ended 1 day ago" in ended
    assert "Generate another token and paste it in Okta." in ended
    assert "The token “Test okta” was revoked just now" in revoked


def test_a_refused_call_is_told_with_how_the_tokens_end(page, account):
    client = account.scim()
    draft = generate(page)
    draft.form("save").submit()
    secret = secret_in(draft.html)

    client.with_token(secret[:-1]).get("/Users")
    line = page("/provisioning/status").text

    assert "A call arrived but was refused:" in line
    assert f"(it ends in {secret[-5:-1]}, ours in {secret[-4:]}). Paste it again." in line


def test_another_products_token_is_told_without_its_end(page, account):
    client = account.scim()
    generate(page).form("save").submit()

    client.with_token("another-products-token").get("/Users")

    assert "The token was wrong or missing. Paste it again." in page("/provisioning/status").text


@on_both
def test_the_live_line_costs_few_statements(page, account, statements):
    for _ in range(4):
        account.make_token()
    page("/provisioning/status")

    with statements() as log:
        page("/provisioning/status")

    assert len(log) <= 5


def test_when_it_is_paused_the_dialog_says_so(page, account, scope):
    account.make_token()
    connection.pause(scope)

    screen = page(ADDRESS)

    assert "works as soon as you resume" in screen.text
    assert "Every call is asked to wait" in screen.text

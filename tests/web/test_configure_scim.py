"""Configure SCIM: off, a token made but not saved, on."""

import json
import re
from urllib.parse import unquote

import pytest

from scimapp.directory.calls import call_log
from scimapp.directory.connection import connection, live_tokens, scim_tokens
from tests.support.databases import on_both
from tests.support.html import parse_html

ADDRESS = "/provisioning/configure"


def generate(page, **values):
    return page(f"{ADDRESS}?another=1").form("generate").fill(values).submit()


def secret_in(html):
    found = re.findall(r"scim[A-Za-z0-9]{49}", html)
    return found[0] if found else None


def test_off_shows_what_to_copy_and_no_token(page, account):
    screen = page(ADDRESS)

    assert f"/scim/{account.id}/v2" in screen.html
    assert f"urn:kissflow:scim:schemas:extension:{account.id}:2:User" in screen.html
    assert secret_in(screen.html) is None


def test_a_draft_shows_the_token_once_and_answers_401(page, account):
    draft = generate(page)
    secret = secret_in(draft.html)

    assert draft.status_code == 200
    assert draft.headers["Cache-Control"] == "no-store"
    assert "Not saved yet" in draft.text
    assert live_tokens.authenticate(secret) is None
    assert account.scim().with_token(secret).get("/Users").status_code == 401


def test_the_download_holds_base_url_and_token(page, account):
    draft = generate(page)
    link = next(node for node in draft.tree.find_all("a") if node.get("download"))
    held = json.loads(unquote(link.get("href").partition(",")[2]))

    assert link.get("download") == "scim-okta.json"
    assert held == {
        "scim_base_url": account.scim().base_url,
        "scim_token": secret_in(draft.html.replace(link.get("href"), "")),
    }


def test_saving_switches_it_on_and_the_token_is_never_seen_again(page, account, scope):
    draft = generate(page)
    secret = secret_in(draft.html)
    saved = draft.form("save").submit()

    assert "works now" in saved.text
    assert account.scim().with_token(secret).get("/Users", count=1).status_code == 200
    for address in (ADDRESS, "/provisioning", "/provisioning/status", "/provisioning/guides/okta", "/users", "/outbox"):
        assert secret not in page(address).html


def test_a_reload_does_not_bring_the_secret_back(page):
    generate(page)

    again = page(ADDRESS)

    assert "is not saved. If another tab shows it still, save it there; another one takes its place." in again.text
    assert secret_in(again.html) is None


def test_a_second_tab_leaves_a_draft_that_the_first_can_save(page):
    first = generate(page)
    page(ADDRESS)

    assert "works now" in first.form("save").submit().text


def test_a_reload_beside_a_token_that_works_says_that_the_other_is_not_saved(page):
    generate(page, label="First").form("save").submit()
    generate(page, label="Second")

    again = page(ADDRESS)

    assert "The token “First” works now." in again.text
    assert "is not saved. If another tab shows it still" in again.text
    assert again.follow("Generate another one").form("generate")


def test_leaving_asks_and_drops_the_token(page, scope):
    draft = generate(page)
    leave = next(node.get("href") for node in draft.tree.find_all("a") if "/leave" in (node.get("href") or ""))
    asked = page(leave)
    assert "Leave without saving?" in asked.text
    assert scim_tokens.list_tokens(scope)

    asked.form("drop").submit()

    assert scim_tokens.list_tokens(scope) == []


def test_a_draft_that_is_too_old_cannot_be_saved(page, clock):
    form = generate(page).form("save")
    clock.advance(minutes=31)

    refused = form.submit()

    assert refused.status_code == 409
    assert "Generate another one" in refused.text


def test_another_token_leaves_the_first_one_working(page, account):
    first = generate(page, label="First")
    first.form("save").submit()

    generate(page, label="Second").form("save").submit()

    assert account.scim().with_token(secret_in(first.html)).get("/Users", count=1).status_code == 200


def test_five_live_tokens_are_enough(page, account):
    for _ in range(5):
        account.make_token()

    refused = generate(page)

    assert (refused.status_code, "Five tokens are in use" in refused.text) == (422, True)


@pytest.mark.parametrize(("label", "complaint"), [("x" * 81, "At most 80")])
def test_what_is_wrong_stands_beside_its_field(page, label, complaint):
    refused = generate(page, label=label)

    assert (refused.status_code, complaint in refused.text) == (422, True)


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


@pytest.mark.parametrize("role", ["user_admin", "super_admin"])
def test_administrators_configure_scim(sign_in_as, make_user, role):
    assert "Not saved yet" in generate(sign_in_as(make_user(role=role))).text


@pytest.mark.parametrize("address", [ADDRESS, "/provisioning", "/provisioning/status", "/provisioning/guides/okta"])
def test_members_are_refused(sign_in_as, make_user, address):
    refused = sign_in_as(make_user(role="member"))(address)

    assert (refused.status_code, "You need another role" in refused.text) == (403, True)


def test_another_accounts_token_is_not_found(page, other_account, scope):
    token, _ = scim_tokens.generate(other_account.scope, "Theirs", "okta")

    assert page(f"{ADDRESS}/{token.id}/leave").status_code == 404
    assert page(f"/provisioning/tokens/{token.id}/revoke").status_code == 404


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


@on_both
def test_a_token_that_somebody_else_saved_meanwhile_is_named(page, make_user, sign_in_as):
    other = make_user(role="super_admin", given_name="Ingrid", family_name="Halvorsen")
    draft = generate(page, label="Mine")
    generate(sign_in_as(other), label="Theirs").form("save").submit()

    saved = draft.form("save").submit()

    assert "Ingrid Halvorsen switched SCIM on at" in saved.text
    assert "Your token was saved beside theirs." in saved.text


def test_the_presets_name_their_directory_and_its_guide(page):
    draft = generate(page, provider="entra")
    assert "How to set this up in Microsoft Entra ID" in draft.text

    saved = draft.form("save").submit()

    assert "In Entra, paste the Tenant URL and the Secret Token" in saved.text
    assert saved.link("Next steps in Microsoft Entra ID") == "/provisioning/guides/entra"


def test_a_directory_without_a_preset_goes_by_its_label(page):
    saved = generate(page, provider="generic", label="Keycloak").form("save").submit()

    assert "In Keycloak, paste the Base URL and the token" in saved.text


@pytest.mark.parametrize(
    ("lifetime", "words"), [("365", "365 days"), ("180", "180 days"), ("90", "90 days"), ("30", "30 days")]
)
def test_the_end_is_chosen(page, scope, lifetime, words):
    draft = generate(page, lifetime=lifetime)

    token = scim_tokens.my_draft(scope)
    assert words in draft.text
    assert (token.expires_at - token.created_at).days == int(lifetime)


def test_when_it_is_paused_the_dialog_says_so(page, account, scope):
    account.make_token()
    connection.pause(scope)

    screen = page(ADDRESS)

    assert "works as soon as you resume" in screen.text
    assert "Every call is asked to wait" in screen.text


def test_a_draft_that_another_took_the_place_of_cannot_be_saved(page):
    first = generate(page)
    generate(page)

    refused = first.form("save").submit()

    assert refused.status_code == 409
    assert "This token was dropped, revoked or has ended. Generate another one." in refused.text
    assert refused.form("generate")


def test_a_form_that_carries_no_proof_makes_no_token(page, scope):
    assert page(ADDRESS, method="POST", data={"provider": "okta"}).status_code == 403
    assert scim_tokens.list_tokens(scope) == []

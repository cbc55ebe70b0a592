"""Configure SCIM: off, a token made but not saved, on."""

import json
from urllib.parse import unquote

import pytest

from scimapp.directory.connection import live_tokens, scim_tokens
from tests.support.connection_screens import ADDRESS, generate, secret_in
from tests.support.databases import on_both


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

"""Tokens on the SCIM connection page: the list, rotating, renaming, another preset, revoking."""

import re

import pytest

from scimapp.directory.changes import UserChanges
from scimapp.directory.connection import live_tokens, scim_tokens, token_changes
from scimapp.directory.people import users
from scimapp.directory.roles import Role
from scimapp.directory.scope import person_scope
from tests.support.databases import on_both
from tests.support.people import PASSWORD

PAGE = "/provisioning"
ACTIONS = ("rotate", "rename", "preset", "revoke")


@pytest.fixture
def token(scope):
    """A live token that was never used; ``secret`` belongs to it."""
    row, secret = scim_tokens.generate(scope, "Okta production", "okta", activate=True)
    row.secret = secret
    return row


@pytest.fixture
def open_action(page, token):
    """``open_action("rotate")``: its page."""
    return lambda action: page(f"{PAGE}/tokens/{token.id}/{action}")


@pytest.fixture
def row(page):
    """``row(token)``: what the list says of a token."""
    return lambda token: page(PAGE).tree.find("tr", id=f"token-{token.id}").text


def secret_in(html):
    return re.findall(r"scim[A-Za-z0-9]{49}", html)[0]


def test_a_row_tells_everything_but_the_secret(page, account, token, row):
    assert "Never" in row(token)
    client = account.scim().with_token(token.secret)
    client.get("/Users")

    text, html = row(token), page(PAGE).html

    for words in ("Okta production", f"{token.prefix}…{token.last4}", "Active", account.owner.display_name, "just now"):
        assert words in text
    assert token.secret not in html
    assert "2 of 5 in use" in page(PAGE).text


@on_both
def test_a_row_names_the_client_that_used_the_token_last(account, token, row):
    """It was stored and shown nowhere."""
    client = account.scim().with_token(token.secret)
    client.get("/Users", headers={"User-Agent": "Okta SCIM Client 1.0.0"})

    assert "Okta SCIM Client 1.0.0" in row(token)


def test_what_a_client_calls_itself_is_shown_as_it_came_and_cut(page, account, token, row):
    client = account.scim().with_token(token.secret)
    client.get("/Users", headers={"User-Agent": "<b>bold</b>" + "x" * 300})

    assert "<b>bold</b>xxx" in row(token)
    assert "x" * 201 not in row(token)
    assert "<b>bold" not in page(PAGE).html


def test_past_tokens_stay_for_90_days_and_offer_nothing(account, scope, token, clock):
    scim_tokens.revoke(scope, token.id)
    ended, _ = scim_tokens.generate(scope, "Short", "okta", 1, activate=True)
    clock.advance(days=2)

    screen = account.screens()(PAGE)

    rows = [screen.tree.find("tr", id=f"token-{past.id}") for past in (token, ended)]
    assert [word in row.text for word, row in zip(("Revoked", "Ended"), rows, strict=True)] == [True, True]
    assert not [node for row in rows for node in row.find_all("summary")]
    clock.advance(days=89)
    assert "Okta production" not in account.screens()(PAGE).text


def test_an_unsaved_token_can_be_dropped_from_the_list(page, scope, row):
    draft, _ = scim_tokens.generate(scope, "Draft", "okta")
    assert "Not saved" in row(draft)

    page(PAGE).follow("Drop…").form("drop").submit()

    assert scim_tokens.list_tokens(scope) == []


@pytest.mark.parametrize(("lifetime", "words"), [(9, "In 8 days"), (2, "In 1 day"), (1, "Within a day")])
def test_a_token_that_ends_soon_says_when(scope, row, clock, lifetime, words):
    token, _ = scim_tokens.generate(scope, "Short", "okta", lifetime, activate=True)
    clock.advance(minutes=1)

    assert words in row(token)


def test_a_token_whose_maker_lost_the_role_says_so(page, scope, make_user, row):
    maker = make_user(role="user_admin")
    token, _ = scim_tokens.generate(person_scope(maker), "Theirs", "okta", activate=True)
    users.update(scope, maker.id, UserChanges(role=Role.MEMBER))

    assert "may now change Members only" in row(token)


def test_rotating_shows_the_new_secret_once_and_both_work(page, account, scope, token, open_action, clock):
    offered = open_action("rotate")
    assert "until I revoke it today" in offered.text
    assert "for 24 hours" in offered.text
    assert "for 7 days" in offered.text

    shown = offered.form("rotate").fill(overlap="week", lifetime="90").submit()

    secret = secret_in(shown.html.replace(token.secret, ""))
    assert shown.headers["Cache-Control"] == "no-store"
    assert "This is the only time you can see it." in shown.text
    assert live_tokens.authenticate(token.secret)
    assert live_tokens.authenticate(secret)
    for address in (PAGE, "/audit", "/outbox", "/users"):
        assert secret not in page(address).html
    clock.advance(days=7, minutes=1)
    assert live_tokens.authenticate(token.secret) is None
    assert live_tokens.authenticate(secret)


def test_the_download_of_a_rotated_token_holds_it(token, open_action):
    shown = open_action("rotate").form("rotate").submit()
    link = next(node for node in shown.tree.find_all("a") if node.get("download"))

    assert link.get("download") == "scim-okta-production.json"
    assert secret_in(link.get("href")) == shown.tree.find("textarea", id="token").text


def test_a_replaced_token_is_ending_and_is_not_rotated_again(page, token, open_action, row):
    again = open_action("rotate").form("rotate")
    again.submit()

    refused = again.submit()

    assert (refused.status_code, "being replaced already" in refused.text) == (422, True)
    assert "Ending" in row(token)
    actions = page(PAGE).tree.find("tr", id=f"token-{token.id}").text
    assert "Rotate…" not in actions
    assert "Revoke…" in actions
    menus = [menu.get("aria-label") for menu in page(PAGE).tree.find("table").find_all("summary")]
    assert len(set(menus)) == 2, "old and new have one label, so their menus are told apart by more"


@pytest.mark.parametrize(("field", "value"), [("overlap", "for ever"), ("lifetime", "3650")])
def test_what_is_not_offered_is_refused(token, open_action, field, value):
    form = open_action("rotate").form("rotate")
    form.values[field] = [value]

    assert form.submit().status_code == 422


def test_rotating_a_token_that_has_ended_says_so(page, scope, token, open_action):
    scim_tokens.revoke(scope, token.id)

    refused = open_action("rotate")

    assert (refused.status_code, "Generate another one" in refused.text) == (409, True)


def test_a_client_that_does_not_say_what_it_is_has_no_name(account, token, row):
    account.scim().with_token(token.secret).get("/Users", headers={"User-Agent": ""})

    assert "just now" in row(token)


def test_renaming(page, token, open_action, row):
    saved = open_action("rename").form("rename").fill(label=" Okta preview ").submit()

    assert "The token is called “Okta preview” now." in saved.text
    assert "Okta preview" in row(token)
    refused = open_action("rename").form("rename").fill(label="x" * 81).submit()
    assert (refused.status_code, "At most 80" in refused.text) == (422, True)
    assert refused.form("rename").values["label"] == ["x" * 81]


def test_another_preset(token, open_action, row):
    saved = open_action("preset").form("preset").fill(provider="entra").submit()

    assert "has the preset Microsoft Entra ID now" in saved.text
    assert "Microsoft Entra ID" in row(token)


def test_an_unused_token_is_revoked_with_one_question(page, token, open_action):
    asked = open_action("revoke")
    assert "It has never been used." in asked.text
    assert asked.form("revoke").names == ["csrf_token"]

    ended = asked.form("revoke").submit()

    assert "was revoked" in ended.text
    assert live_tokens.authenticate(token.secret) is None


def test_a_token_in_use_asks_for_its_label(account, token, open_action):
    client = account.scim().with_token(token.secret)
    client.get("/Users")
    asked = open_action("revoke")
    assert "It was used just now . Okta gets 401 from now on" in asked.text.replace("now.", "now .")

    refused = asked.form("revoke").fill(label="okta").submit()
    assert (refused.status_code, "exactly" in refused.text) == (422, True)
    assert client.get("/Users").status_code == 200
    asked.form("revoke").fill(label="Okta production").submit()

    assert client.get("/Users").status_code == 401


def test_after_a_week_without_use_one_question_is_enough(account, token, page, open_action, clock):
    account.scim().with_token(token.secret).get("/Users")
    clock.advance(days=8)
    page = account.screens()

    asked = page(f"{PAGE}/tokens/{token.id}/revoke")

    assert "It has not been used for a week." in asked.text
    asked.form("revoke").submit()
    assert live_tokens.authenticate(token.secret) is None


def test_revoking_twice_is_no_mistake(page, scope, token, open_action):
    form = open_action("revoke").form("revoke")
    scim_tokens.revoke(scope, token.id)

    assert "has ended already" in form.submit().text


@pytest.mark.parametrize("action", ["rotate", "revoke"])
def test_what_opens_or_closes_a_door_asks_for_the_password_first(open_action, clock, action):
    clock.advance(minutes=6)

    asked = open_action(action)

    assert "Confirm it is you" in asked.text
    assert asked.form("confirm").fill(confirm_password=PASSWORD).submit().form(action)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("role", "status"), [("member", 403), ("user_admin", 200), ("super_admin", 200)])
def test_who_may(sign_in_as, make_user, token, action, role, status):
    assert sign_in_as(make_user(role=role))(f"{PAGE}/tokens/{token.id}/{action}").status_code == status


@pytest.mark.parametrize("action", ACTIONS)
def test_anothers_token_is_not_found(page, other_account, action):
    theirs, _ = scim_tokens.generate(other_account.scope, "Theirs", "okta", activate=True)

    assert page(f"{PAGE}/tokens/{theirs.id}/{action}").status_code == 404


def test_the_old_token_may_be_revoked_before_its_end(page, scope, token):
    new, secret = token_changes.rotate(scope, token.id, "week")

    page(f"{PAGE}/tokens/{token.id}/revoke").form("revoke").submit()

    assert live_tokens.authenticate(token.secret) is None
    assert live_tokens.authenticate(secret).id == new.id

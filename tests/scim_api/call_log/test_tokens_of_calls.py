"""Whose token a call in the provisioning log came with, and what was wrong with it."""

from scimapp.directory.connection import connection, scim_tokens
from tests.support.databases import on_both

from .kept_calls import last, logged


@on_both
def test_a_refused_token_is_named_when_it_is_one_of_the_account(scim, account, scope, clock):
    revoked, gone = scim_tokens.generate(scope, "Gone", "entra", activate=True)
    scim_tokens.revoke(scope, revoked.id)
    _short, ended = scim_tokens.generate(scope, "Short", "okta", 30, activate=True)
    _draft, unsaved = scim_tokens.generate(scope, "Unsaved", "okta")
    clock.advance(days=31)
    for secret in (unsaved, gone, ended, ended[:-1], "x" * 53):
        scim.with_token(secret).get("/Users")

    calls = list(reversed(logged(account)))
    assert [(call.cause, call.token_label) for call in calls] == [
        ("draft_token", "Unsaved"), ("revoked_token", "Gone"), ("ended_token", "Short"),
        ("cut_token", None), ("unknown_token", None),
    ]  # fmt: skip
    assert calls[1].provider == "entra"
    assert "ended" in calls[1].facts
    assert calls[3].token_hint == ended[-5:-1]
    assert calls[4].token_hint is None


@on_both
def test_a_token_that_was_tried_before_it_was_saved_is_told_as_unsaved(scim, account, scope):
    token, secret = scim_tokens.generate(scope, "Hasty", "okta")
    scim.with_token(secret).get("/Users")
    scim_tokens.save(scope, token.id)

    call = last(account)
    assert (call.cause, call.facts) == ("draft_token", {"label": "Hasty"})


def test_another_accounts_token_is_just_an_unknown_one(scim, account, other_account):
    foreign = other_account.make_token("okta")
    scim.with_token(foreign).get("/Users")

    call = last(account)
    assert (call.cause, call.token_id, call.token_label) == ("unknown_token", None, None)
    assert logged(other_account) == []


@on_both
def test_a_paused_account_and_a_hasty_token_are_known_by_name(app_with, account, scope):
    limited = app_with(scim_rate=0.5)
    token = account.make_token("okta")
    headers = {"Authorization": f"Bearer {token}"}
    client = limited.test_client()
    with limited.app_context():
        for _ in range(4):
            client.get(f"/scim/{account.id}/v2/Users", headers=headers)
        connection.pause(scope)
        account.scim("okta").get("/Users")
        calls = logged(account)

    hasty = next(call for call in calls if call.status == 429)
    paused = next(call for call in calls if call.status == 503)
    assert (hasty.cause, hasty.token_label, hasty.facts["seconds"]) == ("too_fast", "Test okta", 2)
    assert (paused.cause, paused.token_label, paused.facts["seconds"]) == ("paused", "Test okta", 300)

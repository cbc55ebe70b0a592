"""``flask tokens generate``: a token that answers at once."""

from datetime import datetime, timedelta

import pytest

from scimapp.directory.connection import scim_tokens
from tests.support.databases import on_both
from tests.support.doors import ScimClient


def generate(flask, account, *words):
    return flask("tokens", "generate", "--account", account.id, *words, "--json")


def test_a_token_is_live_at_once(flask, app, account):
    made = generate(flask, account, "--label", "Okta production", "--provider", "okta")

    assert (made.code, made.err) == (0, "")
    assert set(made.json) == {"base_url", "token", "token_id", "expires_at"}
    assert made.json["base_url"] == f"http://people.example/scim/{account.id}/v2"
    assert ScimClient(app, account.id, made.json["token"]).get("/Users").status_code == 200


def test_a_token_says_when_it_ends(flask, account, clock):
    made = generate(flask, account, "--days", "30").json

    expires_at = datetime.fromisoformat(made["expires_at"])
    assert made["expires_at"].endswith("Z")
    assert abs(expires_at - clock.now() - timedelta(days=30)) < timedelta(minutes=1)


@on_both
def test_without_label_and_provider_it_is_for_okta(flask, account):
    made = generate(flask, account).json

    token = scim_tokens.get(account.scope, made["token_id"])
    assert (token.label, token.provider, token.state) == ("Okta", "okta", "active")


@pytest.mark.parametrize("provider", ["okta", "entra", "onelogin", "generic", "strict"])
def test_every_provider_has_its_token(flask, account, provider):
    made = generate(flask, account, "--provider", provider).json

    assert scim_tokens.get(account.scope, made["token_id"]).provider == provider


@pytest.mark.parametrize("words, complaint", [
    (("--provider", "ldap"), "Invalid value for '--provider': 'ldap' is not one of 'okta', 'entra', 'onelogin', "),
    (("--days", "400"), "Invalid value for '--days': 400 is not in the range 1<=x<=365."),
    (("--label", "x" * 81), "--label: At most 80 characters."),
    (("--label", "Okta\nproduction"), "--label: Control characters are not accepted."),
    (("--colour", "red"), "No such option '--colour'."),
])  # fmt: skip
def test_bad_input_is_one_line(flask, account, words, complaint):
    refused = generate(flask, account, *words)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"Error: {complaint}")
    assert refused.err.count("\n") == 1
    assert scim_tokens.list_tokens(account.scope) == []


def test_an_unknown_account_is_refused(flask):
    refused = flask("tokens", "generate", "--account", "AcNobody", "--json")

    assert (refused.code, refused.out, refused.err) == (2, "", "Error: This account does not exist here.\n")


def test_a_sixth_token_is_refused(flask, account):
    for _ in range(5):
        assert generate(flask, account).code == 0

    refused = generate(flask, account)

    assert (refused.code, refused.err) == (1, "Error: Five tokens are in use. Revoke one first.\n")

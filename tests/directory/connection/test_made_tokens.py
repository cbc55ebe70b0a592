"""That makers of tokens leave what the product leaves."""

import pytest
from sqlalchemy import inspect

from scimapp.audit.log import AuditEntry
from scimapp.database import db
from scimapp.directory.connection import live_tokens, scim_tokens
from scimapp.directory.events import TokenGenerated
from scimapp.directory.model import Account, ScimToken
from tests.support.tokens import live_token

OWN = {
    "seq",
    "id",
    "account_id",
    "token_hash",
    "prefix",
    "last4",
    "created_by_id",
    "actor_id",
    "target_id",
    "request_id",
}


@pytest.mark.parametrize("provider", ["okta", "strict"])
def test_a_token_made_for_a_test_is_as_one_of_the_dialog(account, other_account, provider):
    secret = live_token(account.scope, "Okta", provider)
    _, other_secret = scim_tokens.generate(other_account.scope, "Okta", provider, activate=True)

    assert left_in(account) == left_in(other_account)
    assert len(secret) == len(other_secret)
    assert live_tokens.authenticate(secret).account_id == account.id


def left_in(account):
    """The token, its entry in the log, and whether the account has a connection, as far as they do not say whose."""
    scope = account.scope
    db.session.close()
    (token,) = db.session.scalars(scope.select(ScimToken)).all()
    (entry,) = db.session.scalars(scope.select(AuditEntry).where(AuditEntry.event == TokenGenerated.name)).all()
    of_account = db.session.get(Account, account.id)
    assert (entry.target_id, token.created_by_id) == (token.id, account.owner.id)
    return told(token), token.expires_at - token.created_at, told(entry), of_account.scim_enabled_at is not None


def told(row):
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns if column.key not in OWN}
    return {
        name: type(value).__name__ if name.endswith("_at") or name == "at" else value for name, value in values.items()
    }

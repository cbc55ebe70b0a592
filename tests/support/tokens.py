"""A token that is live at once, as ``scim_tokens.generate`` makes one, without what it looks up first, which costs four times as
much as all the rest. ``tests/directory/connection/test_made_tokens.py`` compares what both leave.
"""

from datetime import timedelta

from sqlalchemy import bindparam, insert, update

from scimapp.database.statements import Prepared
from scimapp.directory.connection.scim_tokens import LIFETIMES
from scimapp.directory.connection.token_secrets import new_secret
from scimapp.directory.events import TokenGenerated
from scimapp.directory.ids import new_id
from scimapp.directory.model import Account, ScimToken
from scimapp.directory.secrets import digest
from scimapp.directory.unit_of_work import unit_of_work

_ADD = Prepared(
    insert(ScimToken),
    [
        "account_id", "id", "label", "provider", "connection_id", "token_hash", "prefix", "last4", "state", "created_at",
        "created_by_id", "created_by_label", "maker_role", "activated_at", "expires_at",
    ],
)  # fmt: skip
_SWITCH_ON = Prepared(
    update(Account)
    .where(Account.id == bindparam("in_account"), Account.scim_enabled_at.is_(None))
    .values(scim_enabled_at=bindparam("moment"))
)


def live_token(scope, label, provider):
    """The secret of a token that works, made by the person of ``scope``. Nobody counts how many there are."""
    secret, token_id, actor = new_secret(), new_id(), scope.actor
    with unit_of_work(scope) as work:
        _ADD.send(
            account_id=scope.account_id, id=token_id, label=label, provider=provider, connection_id=provider,
            token_hash=digest(secret), prefix=secret[:8], last4=secret[-4:], state="active", created_at=work.now,
            created_by_id=actor.id, created_by_label=actor.label, maker_role=actor.role.value, activated_at=work.now,
            expires_at=work.now + timedelta(days=LIFETIMES[0]),
        )  # fmt: skip
        _SWITCH_ON.send(in_account=scope.account_id, moment=work.now)
        work.record(TokenGenerated(token_id, label))
    return secret

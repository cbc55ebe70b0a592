"""Telling those who may configure SCIM that their directory has gone quiet (requirements A-31).

Provisioning that has stopped looks like provisioning with nothing to do, until somebody who left signs in. The page of the
connection tells of an unusual silence after a day; a mail is owed when no long weekend explains it. That it was told of says the
mail itself, so each silence is told of once.
"""

from datetime import timedelta

from sqlalchemy import select

from ...database import db
from .. import clock
from ..calls import call_pulse
from ..events import DirectoryQuietTold
from ..model import Account, ScimToken
from ..outbox import administrators, outbox
from ..roles import Permission
from ..scope import server_scope
from ..unit_of_work import unit_of_work
from .scim_tokens import answers
from .token_ends import LABEL

MAIL = "directory_quiet"
TELL_AFTER = timedelta(days=4)


def tell():
    """Owe the mails that are due now, in every account; returns how many accounts were told."""
    return sum(_tell(account_id, token_id) for account_id, token_id in _quiet())


def skip():
    """Count what is due now as told: whoever looks at a backup that was put back knows that no directory called meanwhile."""
    for account_id, token_id in _quiet():
        with unit_of_work(server_scope(account_id)) as work:
            if _owe(work, token_id):
                outbox.cancel_about(work, token_id)


def _quiet():
    """``[(account id, id of the token that called last)]`` of accounts in which no token that answers has called for so long.
    One statement.
    """
    used = (*answers(), ScimToken.last_used_at.is_not(None), Account.scim_paused_at.is_(None))
    query = select(ScimToken.account_id, ScimToken.id, ScimToken.last_used_at).join(
        Account, Account.id == ScimToken.account_id
    )
    last = {row.account_id: row for row in db.session.execute(query.where(*used).order_by(ScimToken.last_used_at))}
    db.session.close()
    return [(row.account_id, row.id) for row in last.values() if row.last_used_at < clock.now() - TELL_AFTER]


def _tell(account_id, token_id):
    with unit_of_work(server_scope(account_id, LABEL)) as work:
        is_told = _owe(work, token_id)
        if is_told:
            token = work.scope.one(ScimToken, ScimToken.id == token_id, kind="token")
            work.record(DirectoryQuietTold(token.id, token.label))
    return is_told


def _owe(work, token_id):
    """Whether the mails are owed now: of two processes the second waits here, and finds them."""
    account = db.session.scalars(select(Account).where(Account.id == work.scope.account_id).with_for_update()).one()
    pulse = call_pulse.pulse(work.scope)
    if pulse.silence is None or pulse.silence < TELL_AFTER:
        return False
    return administrators.tell(
        work, MAIL, f"{account.name}: the directory has gone quiet",
        since=pulse.last.at, permission=Permission.CONFIGURE_SCIM, token_id=token_id,
    )  # fmt: skip

"""Tells those who may configure SCIM that their directory has gone quiet.

Provisioning that has stopped looks like provisioning with nothing to do, until somebody who left signs in. The page of the
connection shows an unusual silence after a day; a mail is sent once no long weekend explains it. The mail itself shows that
it was told, so each silence is told once. The connection of their tokens tells directories of one account apart.
"""

from datetime import timedelta
from operator import attrgetter

from msgspec import Struct
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
from .scim_tokens import answers, is_live
from .token_ends import LABEL

MAIL = "directory_quiet"
TELL_AFTER = timedelta(days=4)


class Quiet(Struct, frozen=True):
    """A directory that is unusually quiet, with the token that it used last."""

    token: ScimToken
    rhythm: call_pulse.Rhythm


def tell():
    """Queue the mails that are due now, in every account; returns the number of directories."""
    return sum(_tell(account_id, token_id) for account_id, token_id in _at_rest())


def skip():
    """Mark what is due now as told: whoever restored a backup knows that no directory called meanwhile."""
    for account_id, token_id in _at_rest():
        with unit_of_work(server_scope(account_id)) as work:
            if _owe(work, work.scope.one(ScimToken, ScimToken.id == token_id, kind="token")):
                outbox.cancel_about(work, token_id)


def among(scope, tokens):
    """A Quiet for each unusually quiet directory among those of the live ``tokens``. No statement for a directory that
    called within a day, one or two for each other directory.
    """
    resting = _used_last(token for token in tokens if is_live(token) and token.last_used_at is not None)
    since = clock.now() - call_pulse.SHORTEST_QUIET
    rhythms = [(token, _rhythm(scope, token)) for token in resting if token.last_used_at < since]
    return [Quiet(token, rhythm) for token, rhythm in rhythms if rhythm is not None and rhythm.silence is not None]


def _at_rest():
    """``[(account id, id of the token used last)]`` of directories whose live tokens have all been unused for TELL_AFTER.
    One statement.
    """
    used = (*answers(), ScimToken.last_used_at.is_not(None), Account.scim_paused_at.is_(None))
    query = select(ScimToken.account_id, ScimToken.connection_id, ScimToken.id, ScimToken.last_used_at).where(*used)
    last = _used_last(db.session.execute(query.join(Account, Account.id == ScimToken.account_id)).all())
    db.session.close()
    return [(row.account_id, row.id) for row in last if row.last_used_at < clock.now() - TELL_AFTER]


def _used_last(tokens):
    """The token used last, for each connection."""
    in_order = sorted(tokens, key=attrgetter("last_used_at"))
    return list({(token.account_id, token.connection_id): token for token in in_order}.values())


def _tell(account_id, token_id):
    with unit_of_work(server_scope(account_id, LABEL)) as work:
        token = work.scope.one(ScimToken, ScimToken.id == token_id, kind="token")
        is_told = _owe(work, token)
        if is_told:
            work.record(DirectoryQuietTold(token.id, token.label))
    return is_told


def _owe(work, token):
    """Whether the mails are queued now. Of two processes, the second waits here for the lock and then finds them."""
    account = work.lock_account()
    rhythm = _rhythm(work.scope, token)
    if rhythm is None or rhythm.silence is None or rhythm.silence < TELL_AFTER:
        return False
    return administrators.tell(
        work, MAIL, f"{account.name}: the directory has gone quiet",
        since=rhythm.last_at, permission=Permission.CONFIGURE_SCIM, token_id=token.id,
        beside=_of_connection(work.scope, token),
    )  # fmt: skip


def _rhythm(scope, token):
    """The Rhythm of a token's directory, whichever of its tokens it used."""
    lately = ScimToken.last_used_at > clock.now() - call_pulse.MONTH
    return call_pulse.rhythm(scope, db.session.scalars(_of_connection(scope, token).where(lately)).all())


def _of_connection(scope, token):
    """A select of the ids of all tokens of a directory."""
    return scope.select(ScimToken, ScimToken.id).where(ScimToken.connection_id == token.connection_id)

"""Warning those who may configure SCIM before a token ends: 30, 7 and 1 days before (security T5).

A directory whose token has ended stops in silence, and a deactivation that does not arrive is a way in. That somebody was
told of a threshold stands with the token and is committed together with the mails, while the token's row is locked. So
each threshold is told of once, however many processes look, whatever was restarted, and whichever way the clock was set.
"""

from datetime import timedelta
from math import ceil

from sqlalchemy import select

from ..database import db
from . import administrators, clock, outbox
from .events import TokenEndTold
from .model import ScimToken
from .roles import Permission
from .scope import server_scope
from .unit_of_work import unit_of_work

MAIL = outbox.TOKEN_ENDS
THRESHOLDS = (30, 7, 1)  # days
LABEL = "Scheduled check"


def tell():
    """Owe the mails that are due now, in every account; returns how many tokens were told of."""
    return sum(_tell(account_id, token_id) for account_id, token_id in _due())


def skip():
    """Count what is due now as told: after a backup was put back somebody may have been told since."""
    for account_id, token_id in _due():
        scope = server_scope(account_id)
        with unit_of_work(scope) as work:
            token = _locked(scope, token_id)
            _note(token, due(token, work.now))


def due(token, moment):
    """The least of THRESHOLDS that ``token`` has reached at ``moment``, None when there is none or it was told of.

    One that is no shorter than the token's whole life is none: whoever made the token knows.
    """
    left, life = token.expires_at - moment, token.expires_at - token.created_at
    reached = [days for days in THRESHOLDS if left <= timedelta(days=days) < life]
    nearest = min(reached, default=None)
    return None if nearest in (token.told_days or ()) else nearest


def days_left(token, moment):
    """In how many days a token ends, as a sentence says it: 1 on its last day."""
    return max(1, ceil((token.expires_at - moment) / timedelta(days=1)))


def _due():
    """``[(account id, token id)]``. One statement."""
    now = clock.now()
    ending = (ScimToken.expires_at > now, ScimToken.expires_at <= now + timedelta(days=max(THRESHOLDS)))
    asked = select(ScimToken.account_id, ScimToken.id, ScimToken.created_at, ScimToken.expires_at, ScimToken.told_days)
    found = db.session.execute(asked.where(*_is_in_use(), *ending)).all()
    db.session.close()
    return [(token.account_id, token.id) for token in found if due(token, now)]


def _tell(account_id, token_id):
    scope = server_scope(account_id, LABEL)
    with unit_of_work(scope) as work:
        token = _locked(scope, token_id)
        if not _is_to_be_told(token, work.now):  # another process was faster, or the token was replaced just now
            return False
        people = administrators.able(scope, Permission.CONFIGURE_SCIM)
        if not people:
            return False
        num = days_left(token, work.now)
        subject = f"The SCIM token “{token.label}” ends in {num} {'day' if num == 1 else 'days'}"
        for row in people:
            outbox.queue(work, row, MAIL, subject, token_id=token.id)
        _note(token, due(token, work.now))
        work.record(TokenEndTold(token.id, token.label))
    return True


def _note(token, days):
    if days is not None:
        token.told_days = [*(token.told_days or ()), days]


def _is_to_be_told(token, moment):
    in_use = token.state == "active" and token.replaced_by_id is None and moment < token.expires_at
    return in_use and due(token, moment) is not None


def _is_in_use():
    """The conditions of a token whose end would stop somebody: it works, and no other one was made in its place."""
    return ScimToken.state == "active", ScimToken.replaced_by_id.is_(None)


def _locked(scope, token_id):
    return scope.one(ScimToken, ScimToken.id == token_id, kind="token", for_update=True)

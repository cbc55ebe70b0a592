"""Tells those who may configure SCIM that a token ends, 30, 7 and 1 days before (security T5), and when a directory keeps
calling with one that has ended.

A directory whose token has ended stops silently, and a deactivation that does not arrive is a way in. Thresholds already
told are stored with the token and committed together with the mails, while the token's row is locked. So each threshold is
told once, however many processes look, whatever was restarted, and whichever way the clock was set.
"""

from datetime import timedelta
from math import ceil

from sqlalchemy import and_, or_, select

from ...database import db
from .. import clock
from ..events import TokenEndTold, TokenUseAfterEndTold
from ..model import ScimToken
from ..outbox import administrators, outbox
from ..roles import Permission
from ..scope import server_scope
from ..unit_of_work import unit_of_work
from .scim_tokens import SHOWN_AFTER_END, locked

THRESHOLDS = (30, 7, 1)  # days
USED_AFTER_END = 0  # an entry among the days already told
LABEL = "Scheduled check"


def tell():
    """Queue the mails that are due now, in every account; returns the number of tokens."""
    return sum(_tell(account_id, token_id) for account_id, token_id in _due())


def skip():
    """Mark what is due now as told: after a backup was restored, people may have been told since."""
    for account_id, token_id in _due():
        scope = server_scope(account_id)
        with unit_of_work(scope) as work:
            token = locked(scope, token_id)
            _note(token, due(token, work.now))


def due(token, moment):
    """The smallest of THRESHOLDS that ``token`` has reached at ``moment``; None if it reached none or it was told already.

    Thresholds not shorter than the token's whole life do not count: its maker knows. USED_AFTER_END if a call has marked
    the token as ended (``live_tokens.authenticate``).
    """
    if token.state == "ended":
        return None if USED_AFTER_END in (token.told_days or ()) else USED_AFTER_END
    left, life = token.expires_at - moment, token.expires_at - token.created_at
    reached = [days for days in THRESHOLDS if left <= timedelta(days=days) < life]
    nearest = min(reached, default=None)
    return None if nearest in (token.told_days or ()) else nearest


def days_left(ending, moment):
    """In how many days a token or a link ends, as a sentence says it: 1 on its last day."""
    return max(1, ceil((ending.expires_at - moment) / timedelta(days=1)))


def _due():
    """``[(account id, token id)]``. One statement."""
    now = clock.now()
    ending = and_(*_is_in_use(), ScimToken.expires_at > now, ScimToken.expires_at <= now + timedelta(max(THRESHOLDS)))
    used = and_(ScimToken.state == "ended", ScimToken.expires_at > now - SHOWN_AFTER_END)
    found = db.session.scalars(select(ScimToken).where(or_(ending, used))).all()
    db.session.close()
    return [(token.account_id, token.id) for token in found if due(token, now) is not None]


def _tell(account_id, token_id):
    scope = server_scope(account_id, LABEL)
    with unit_of_work(scope) as work:
        token = locked(scope, token_id)
        if not _is_to_be_told(token, work.now):  # another process was faster, or the token has just been replaced
            return False
        days = due(token, work.now)
        is_used = days == USED_AFTER_END
        kind, subject = (outbox.TOKEN_USED_AFTER_END if is_used else outbox.TOKEN_ENDS), _subject(token, work.now)
        if not administrators.owe(work, Permission.CONFIGURE_SCIM, kind, subject, token_id=token.id):
            return False
        _note(token, days)
        work.record((TokenUseAfterEndTold if is_used else TokenEndTold)(token.id, token.label))
    return True


def _subject(token, moment):
    if token.state == "ended":
        return f"The SCIM token “{token.label}” has ended and is still used"
    num = days_left(token, moment)
    return f"The SCIM token “{token.label}” ends in {num} {'day' if num == 1 else 'days'}"


def _note(token, days):
    if days is not None:
        token.told_days = [*(token.told_days or ()), days]


def _is_to_be_told(token, moment):
    in_use = token.state == "active" and token.replaced_by_id is None and moment < token.expires_at
    return (in_use or token.state == "ended") and due(token, moment) is not None


def _is_in_use():
    """The conditions for a token whose end would stop a directory: it works, and no other one replaces it."""
    return ScimToken.state == "active", ScimToken.replaced_by_id.is_(None)

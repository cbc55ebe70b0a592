"""The provisioning log in sum: counts by hour, the state of the connection, and recent problems."""

from datetime import datetime, timedelta
from itertools import pairwise

from msgspec import Struct
from sqlalchemy import Text, func, or_, select, type_coerce, union_all

from ...database import db
from .. import clock
from ..model import ScimCall, ScimCallHour, ScimToken
from ..sql.texts import contains
from .call_search import LOOKED_THROUGH, by_result

QUIET_FACTOR = 10  # times the usual gap
FEWEST_GAPS = 5
SHORTEST_QUIET = timedelta(hours=24)
MONTH = timedelta(days=30)  # hours compared to find the usual gap
OWN_VALUES = "own_values"  # the fact of a call that carried accepted values of custom fields
_ANSWERED = ScimCall.status != 401


class Hour(Struct, frozen=True):
    """The calls of an hour, or of a longer period that begins then."""

    at: datetime
    answered: int
    warned: int
    failed: int


class Rhythm(Struct, frozen=True):
    """When a directory last called, and the usual gap in seconds between hours with calls; None if too few to tell."""

    last_at: datetime
    usual_gap: int | None

    @property
    def silence(self):
        """How long the directory has been silent (a timedelta) if that is unusual, otherwise None."""
        if self.usual_gap is None:
            return None
        silence = clock.now() - self.last_at
        return silence if silence > max(SHORTEST_QUIET, timedelta(seconds=self.usual_gap * QUIET_FACTOR)) else None


class Pulse(Struct, frozen=True):
    """The last answered call, and the usual gap in seconds between hours with calls."""

    last: ScimCall | None
    answered: int  # in the last 24 hours, including those with warnings
    failed: int
    usual_gap: int | None

    @property
    def silence(self):
        """As ``Rhythm.silence``, for all directories together."""
        return None if self.last is None else Rhythm(self.last.at, self.usual_gap).silence


def hours(scope, days):
    """The hours with calls in the last ``days``, oldest first."""
    columns = (ScimCallHour.hour, ScimCallHour.answered, ScimCallHour.warned, ScimCallHour.failed)
    query = scope.select(ScimCallHour, *columns).where(ScimCallHour.hour > clock.now() - timedelta(days=days))
    return [Hour(*row) for row in db.session.execute(query.order_by(ScimCallHour.hour))]


def pulse(scope):
    """The state of the connection as a Pulse. Two statements."""
    answered = scope.select(ScimCall).where(ScimCall.token_id.is_not(None), _ANSWERED)
    last = db.session.scalars(answered.order_by(ScimCall.seq.desc()).limit(1)).first()
    month = hours(scope, MONTH.days)
    day = [hour for hour in month if hour.at > clock.now() - timedelta(hours=24)]
    return Pulse(
        last,
        sum(hour.answered + hour.warned for hour in day),
        sum(hour.failed for hour in day),
        _usual_gap([hour.at for hour in month]),
    )


def rhythm(scope, token_ids):
    """The Rhythm of the calls with these tokens, None if there are none. It uses the newest calls of each token; if those
    span too few hours, it uses the hours of all directories. One statement or two.
    """
    of_each = [
        scope.select(ScimCall, ScimCall.at)
        .where(ScimCall.token_id == token_id, _ANSWERED)
        .order_by(ScimCall.seq.desc())
        for token_id in token_ids
    ]
    newest = [select(query.limit(LOOKED_THROUGH).subquery().c.at) for query in of_each]
    moments = sorted(db.session.scalars(union_all(*newest))) if newest else ()
    if not moments:
        return None
    since = clock.now() - MONTH
    gap = _usual_gap(sorted({at.replace(minute=0, second=0, microsecond=0) for at in moments if at > since}))
    if gap is None and len(moments) >= LOOKED_THROUGH:
        gap = _usual_gap([hour.at for hour in hours(scope, MONTH.days)])
    return Rhythm(moments[-1], gap)


def _usual_gap(moments):
    """The median gap between hours, in seconds; None for fewer than FEWEST_GAPS gaps."""
    gaps = sorted(int((later - earlier).total_seconds()) for earlier, later in pairwise(moments))
    return gaps[len(gaps) // 2] if len(gaps) >= FEWEST_GAPS else None


def failures_not_of_the_directory(scope, failed):
    """How many of the ``failed`` calls of the last 24 hours, as ``pulse`` counts them, say nothing about the directory: they
    were refused by a pause of the account, or came before its first token worked, when tokens are mistyped or tried before
    they are saved. One statement.

    It reads only the newest failed calls, so it costs the same however long the pause was; their share stands for all.
    """
    since = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    columns = (ScimCall.cause, ScimCall.at, ScimCall.times)
    newest = scope.select(ScimCall, *columns).where(*by_result("failed"))
    newest = newest.order_by(ScimCall.seq.desc()).limit(LOOKED_THROUGH).subquery()
    times = func.sum(newest.c.times)
    began = scope.select(ScimToken, func.min(ScimToken.first_used_at)).scalar_subquery()
    aside = or_(newest.c.cause == "paused", newest.c.at < began)
    counts = select(times, times.filter(aside)).where(newest.c.at >= since)
    looked_at, left_out = db.session.execute(counts).one()
    return failed * left_out // looked_at if left_out else 0


def recent_warnings(scope, days):
    """Warned and failed calls of the last ``days``, newest first, at most 100 of each, for the health panel.

    It reads the newest calls of each result at the end of an index, however old they are, and drops the old ones, instead
    of searching a month of calls.
    """
    newest = [
        scope.select(ScimCall, ScimCall.seq).where(*by_result(result)).order_by(ScimCall.seq.desc()).limit(100)
        for result in ("warned", "failed")
    ]
    seqs = union_all(*(select(part.subquery().c.seq) for part in newest))
    query = scope.select(ScimCall).where(ScimCall.seq.in_(seqs)).order_by(ScimCall.seq.desc())
    since = clock.now() - timedelta(days=days)
    return [call for call in db.session.scalars(query) if call.at > since]


def brought_own_values(scope, token_ids, seq):
    """Whether a call with one of these tokens after the call ``seq`` brought values of custom fields that were accepted. One
    statement, which looks through the newest calls of each token.
    """
    of_each = [
        scope.select(ScimCall, ScimCall.result, ScimCall.facts)
        .where(ScimCall.token_id == token_id, ScimCall.seq > seq)
        .order_by(ScimCall.seq.desc())
        .limit(LOOKED_THROUGH)
        for token_id in sorted(filter(None, token_ids))
    ]
    if not of_each:
        return False
    newest = union_all(*(select(query.subquery()) for query in of_each)).subquery()
    told = contains(type_coerce(newest.c.facts, Text), f'"{OWN_VALUES}":true')
    return db.session.scalar(select(newest.c.result).where(told).limit(1)) is not None

"""Wrong passwords and links, counted for a while, so that guessing is slow (security L5).

Rows in the database, so that every process counts together. Keys are digests: an address typed wrong is not kept. A try is
counted before it is made and taken back when it was right: of tries at one moment none goes past the limit.
"""

import ipaddress
from datetime import timedelta

from sqlalchemy import delete, func, or_, select

from ...database import db, writing
from .. import clock
from ..model import FailedAttempt
from ..secrets import digest

KEPT_HOURS = 24


def network_of(address):
    """What to count a caller by: the address, of IPv6 the /64 that one subscriber has as a whole; text as it is."""
    if not address or ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


def wait_until(key, limit, minutes, pause_minutes=None):
    """When somebody with ``limit`` failures in the last ``minutes`` may try again; None when they may now.

    With ``pause_minutes`` the pause is that long after the last failure; without, until one is older than ``minutes``.
    """
    query = select(FailedAttempt.at).where(*_lately(key, minutes))
    failures = db.session.scalars(query.order_by(FailedAttempt.at.desc()).limit(limit)).all()
    if len(failures) < limit:
        return None
    until = failures[-1] + timedelta(minutes=minutes)
    if pause_minutes is not None:
        until = min(until, failures[0] + timedelta(minutes=pause_minutes))
    return until if until > clock.now() else None


def failures(key, minutes):
    """How many failures happened within the last ``minutes``."""
    return db.session.scalar(select(func.count()).where(*_lately(key, minutes)))


def _lately(key, minutes):
    """The conditions of failures in the last ``minutes``. None lies ahead, unless the clock was wrong: then it counts no more."""
    now = clock.now()
    return (
        FailedAttempt.key == digest(key),
        FailedAttempt.at > now - timedelta(minutes=minutes),
        FailedAttempt.at <= now,
    )


def count_try(limits, minutes, pause_minutes=None):
    """Count a try that is about to be made under each key of ``limits``, ``{key: limit}``; see ``wait_until``.

    Returns None, or until when every key has to wait (and nothing is counted).
    """
    until = _wait_for_all(limits, minutes, pause_minutes)
    if until is not None:
        return until  # a flood takes no turn of those who write
    now = clock.now()
    with writing():
        _serialise()
        until = _wait_for_all(limits, minutes, pause_minutes)
        if until is None:
            db.session.execute(delete(FailedAttempt).where(FailedAttempt.at < now - timedelta(hours=KEPT_HOURS)))
            db.session.add_all(FailedAttempt(key=digest(key), at=now) for key in limits)
    return until


def _wait_for_all(limits, minutes, pause_minutes):
    ends = [wait_until(key, limit, minutes, pause_minutes) for key, limit in limits.items()]
    return max(filter(None, ends), default=None)


def _serialise():
    """Let nobody else count until the end of this transaction; on SQLite nobody else writes anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("tries"))))


def was_right(*, forgiven, counted):
    """A try was no failure: forget all that failed under the key ``forgiven``, and one try under ``counted``."""
    with writing():
        _serialise()
        newest = select(func.max(FailedAttempt.seq)).where(FailedAttempt.key == digest(counted)).scalar_subquery()
        gone = or_(FailedAttempt.key == digest(forgiven), FailedAttempt.seq == newest)
        db.session.execute(delete(FailedAttempt).where(gone))

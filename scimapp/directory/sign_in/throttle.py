"""Wrong passwords and links, counted for a while, so that guessing is slow (security L5).

Rows in the database, so that every process counts together. Keys are digests: an address typed wrong is not kept.
"""

import ipaddress
from datetime import timedelta

from sqlalchemy import delete, func, select

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


def too_many(key, limit, minutes):
    """Whether ``limit`` failures happened within the last ``minutes``."""
    return wait_until(key, limit, minutes) is not None


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


def note_failure(*keys):
    """Count one failure under each key, and forget old ones."""
    now = clock.now()
    with writing():
        db.session.execute(delete(FailedAttempt).where(FailedAttempt.at < now - timedelta(hours=KEPT_HOURS)))
        db.session.add_all(FailedAttempt(key=digest(key), at=now) for key in keys)


def clear(key):
    """Forget the failures of a key: the right password was given."""
    with writing():
        db.session.execute(delete(FailedAttempt).where(FailedAttempt.key == digest(key)))

"""Counts wrong passwords and links for a while, to slow down guessing (security L5).

Counts are rows in the database, so all processes share them. Keys are digests, so mistyped addresses are not stored. A try
is counted before it is made and taken back if it was right, so parallel tries cannot exceed the limit.
"""

import ipaddress
from datetime import timedelta

from sqlalchemy import delete, func, select

from ...database import db, writing
from .. import clock, turns
from ..model import FailedAttempt
from ..secrets import digest

KEPT_HOURS = 24
_TURN = "tries"  # of whoever counts


def network_of(address):
    """What callers are counted by: an address, or the /64 of an IPv6 address, which one subscriber has; else the text."""
    if not address or ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


def wait_until(key, limit, minutes, pause_minutes=None):
    """When somebody with ``limit`` failures in the last ``minutes`` may try again; None for now.

    The pause ends when one of them is older than ``minutes`` or, with ``pause_minutes``, that long after the last failure
    if that is earlier.
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
    """The number of failures within the last ``minutes``."""
    return db.session.scalar(select(func.count()).where(*_lately(key, minutes)))


def _lately(key, minutes):
    """The conditions for failures in the last ``minutes``. Failures in the future, by a wrong clock, do not count."""
    now = clock.now()
    return (
        FailedAttempt.key == digest(key),
        FailedAttempt.at > now - timedelta(minutes=minutes),
        FailedAttempt.at <= now,
    )


def count_try(limits, minutes, pause_minutes=None):
    """Count a try that is about to be made, under each key of ``limits``, ``{key: limit}``; see ``wait_until``.

    Returns None, or, without counting, the moment until which every key must wait.
    """
    until = _wait_for_all(limits, minutes, pause_minutes)
    if until is not None:
        return until  # a flood must not take the writers' lock
    now = clock.now()
    with writing():
        turns.take(_TURN)
        until = _wait_for_all(limits, minutes, pause_minutes)
        if until is None:
            db.session.execute(delete(FailedAttempt).where(FailedAttempt.at < now - timedelta(hours=KEPT_HOURS)))
            db.session.add_all(FailedAttempt(key=digest(key), at=now) for key in limits)
    return until


def _wait_for_all(limits, minutes, pause_minutes):
    ends = [wait_until(key, limit, minutes, pause_minutes) for key, limit in limits.items()]
    return max(filter(None, ends), default=None)


def was_right(*, forgiven, counted):
    """Take back a try that was right: delete all failures under the key ``forgiven``, if any, and one try under each of ``counted``."""
    with writing():
        turns.take(_TURN)
        keys = [digest(key) for key in counted]
        newest = select(func.max(FailedAttempt.seq)).where(FailedAttempt.key.in_(keys)).group_by(FailedAttempt.key)
        gone = FailedAttempt.seq.in_(newest)
        if forgiven is not None:
            gone |= FailedAttempt.key == digest(forgiven)
        db.session.execute(delete(FailedAttempt).where(gone))

"""The one place that asks what time it is."""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from sqlalchemy import case

_told = ContextVar("scimapp_told_moment", default=None)


def now():
    """The current moment, aware UTC, millisecond precision (what every resource shows as ``lastModified``)."""
    told = _told.get()
    if told is None:
        return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)
    return told.replace(microsecond=told.microsecond // 1000 * 1000)


@contextmanager
def set_to(moment):
    """Let it be ``moment`` inside the block, for this thread alone: the demo's people have a past."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def was_within(moment, span):
    """Whether ``moment`` is less than ``span`` (a timedelta) ago. One that lies ahead is not: the clock was wrong then."""
    return timedelta() <= now() - moment < span


def later_of(column, moment):
    """``column`` moved to ``moment`` in an UPDATE, never back: a clock that was set back changes no order of changes."""
    return case((column > moment, column), else_=moment)


class Every:
    """Says once in a while that it is time for something. A clock that was set back brings the next time forward."""

    def __init__(self, pause):
        """``pause`` is a timedelta; the first time is at once."""
        self.pause, self._last = pause, None

    def is_due(self):
        moment = now()
        if self._last is not None and abs(moment - self._last) <= self.pause:
            return False
        self._last = moment
        return True

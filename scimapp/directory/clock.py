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
    """Make ``now`` return ``moment`` inside the block, in this thread only. The demo uses it to give its people a past."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def was_within(moment, span):
    """Whether ``moment`` is less than ``span`` (a timedelta) ago. False for the future, which a wrong clock had recorded."""
    return timedelta() <= now() - moment < span


def later_of(column, moment):
    """For an UPDATE: ``column`` moved to ``moment``, never back, so that setting the clock back does not reorder changes."""
    return case((column > moment, column), else_=moment)


class Every:
    """Tells when a recurring task is due. Setting the clock back makes it due earlier, not later."""

    def __init__(self, pause):
        """``pause`` is a timedelta; the task is due at once the first time."""
        self.pause, self._last = pause, None

    def is_due(self):
        moment = now()
        if self._last is not None and abs(moment - self._last) <= self.pause:
            return False
        self._last = moment
        return True

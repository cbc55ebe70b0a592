"""Connections that wait for whoever works next, beside the pool: it would look after each one anew, every time.

They stay taken from the pool. One that broke while it waited takes the others with it: a server that went away took all.
"""

import threading
import weakref
from collections import deque
from contextlib import suppress

from sqlalchemy import event

FOR_STATEMENTS = "scimapp.for_statements"  # in ``info`` of a connection of the pool: what it is to prepared statements
_idle = weakref.WeakKeyDictionary()  # engine → connections of its pool that nobody has now
_wanting = weakref.WeakKeyDictionary()  # engine → threads that the server gave no connection, see ``spare``
_wrote_last = weakref.WeakKeyDictionary()  # engine → the one of them, or of those that somebody has, that wrote last


def watch(engine):
    """Keep connections of ``engine`` from now on; they go when it is disposed of."""
    waiting = _idle[engine] = []
    _wanting[engine] = deque()
    event.listen(engine, "engine_disposed", lambda _engine: _close(waiting))


def take(engine, *, to_write=False):
    """A connection that waits, or None: the one that came last or, ``to_write``, the one that wrote last.

    A connection of SQLite forgets all pages that it has read whenever another one has written. The one that wrote last has forgotten
    nothing.
    """
    waiting = _idle[engine]
    if to_write and (last := _wrote_last.get(engine)) is not None:
        with suppress(ValueError):  # somebody reads with it
            waiting.remove(last)
            return last
    try:
        return waiting.pop()
    except IndexError:
        return None


def put(engine, pooled, most, *, has_written=False, is_wanted=False):
    """Let a connection wait; beyond ``most`` it is closed. ``is_wanted``: somebody is about to write with it, so that others are
    better taken by all who read.
    """
    waiting = _idle[engine]
    if has_written:
        _wrote_last[engine] = pooled
    if wanting := _wanting[engine]:
        with suppress(IndexError):  # whoever waited gave up
            wanting.popleft().give(pooled)
            return
    if len(waiting) < most:
        waiting.insert(0 if is_wanted else len(waiting), pooled)
    else:
        _close([pooled])


def in_use(engine):
    """How many connections of ``engine`` somebody has, or is about to have."""
    return engine.pool.checkedout() - len(_idle[engine])


def spare(engine, seconds):
    """The driver's own connection of one that waits here, or will within ``seconds``, as it was when it was new; else None."""
    pooled = _one_within(engine, seconds)
    if pooled is None:
        return None
    statements, connection = pooled.info[FOR_STATEMENTS], pooled.driver_connection
    pooled.detach()  # the pool goes on with the place that is being filled
    try:
        statements.end()
    except engine.dialect.loaded_dbapi.Error:  # it broke while it waited
        connection.close()
        return None
    return connection


def _one_within(engine, seconds):
    """A connection that waits, or the next one that is put back, else None."""
    pooled = take(engine)
    if pooled is not None or not seconds:
        return pooled
    wanting = _Wanting()
    _wanting[engine].append(wanting)
    wanting.wait(seconds)
    try:
        _wanting[engine].remove(wanting)
    except ValueError:
        wanting.wait(None)  # somebody is giving it this moment
    return wanting.pooled


class _Wanting:
    """A thread that waits for what another one puts back."""

    def __init__(self):
        self._is_given, self.pooled = threading.Event(), None

    def give(self, pooled):
        self.pooled = pooled
        self._is_given.set()

    def wait(self, seconds):
        self._is_given.wait(seconds)


def forget(engine):
    """Close what waits."""
    _close(_idle[engine])


def _close(waiting):
    while True:
        try:
            pooled = waiting.pop()
        except IndexError:  # not asked before: another thread may take the last one meanwhile
            return
        pooled.invalidate()
        pooled.close()

"""Idle connections kept outside the pool, which would do its own bookkeeping each time one is taken.

To the pool they stay checked out. If one broke while idle, all others are dropped too, because the server went away.
"""

import threading
import weakref
from collections import deque
from contextlib import suppress

from sqlalchemy import event

FOR_STATEMENTS = "scimapp.for_statements"  # key in ``info`` of a pooled connection: what prepared statements run on
_idle = weakref.WeakKeyDictionary()  # engine → connections of its pool that are not in use
_wanting = weakref.WeakKeyDictionary()  # engine → threads that the server refused a connection, see ``spare``
_wrote_last = weakref.WeakKeyDictionary()  # engine → its connection, idle or in use, that wrote last


def watch(engine):
    """Keep idle connections of ``engine`` from now on; they are closed when it is disposed of."""
    waiting = _idle[engine] = []
    _wanting[engine] = deque()
    event.listen(engine, "engine_disposed", lambda _engine: _close(waiting))


def take(engine, *, to_write=False):
    """An idle connection, or None: the one put back last or, with ``to_write``, the one that wrote last.

    A connection of SQLite drops its page cache whenever another one has written. The one that wrote last still has its cache.
    """
    waiting = _idle[engine]
    if to_write and (last := _wrote_last.get(engine)) is not None:
        try:
            waiting.remove(last)
            return last
        except ValueError:
            pass  # it is in use for a read
    try:
        return waiting.pop()
    except IndexError:
        return None


def wrote_last(engine, pooled):
    """Whether this connection is the one that wrote last."""
    return pooled is not None and _wrote_last.get(engine) is pooled


def put(engine, pooled, most, *, has_written=False, is_wanted=False):
    """Keep a connection idle, or close it if ``most`` are. ``is_wanted``: a thread is about to write with it, so
    readers should take others first.
    """
    waiting = _idle[engine]
    if has_written:
        _wrote_last[engine] = pooled
    if wanting := _wanting[engine]:
        with suppress(IndexError):  # the waiting thread gave up
            wanting.popleft().give(pooled)
            return
    if len(waiting) < most:
        waiting.insert(0 if is_wanted else len(waiting), pooled)
    else:
        _close([pooled])


def in_use(engine):
    """How many connections of ``engine`` are in use or about to be."""
    return engine.pool.checkedout() - len(_idle[engine])


def spare(engine, seconds):
    """The driver's connection of one that is idle now or within ``seconds``, reset to its initial state; else None."""
    pooled = _one_within(engine, seconds)
    if pooled is None:
        return None
    statements, connection = pooled.info[FOR_STATEMENTS], pooled.driver_connection
    pooled.detach()  # frees its place in the pool for the connection being made
    try:
        statements.end()
    except engine.dialect.loaded_dbapi.Error:  # it broke while idle
        connection.close()
        return None
    return connection


def _one_within(engine, seconds):
    """An idle connection, or the next one put back within ``seconds``, else None."""
    pooled = take(engine)
    if pooled is not None or not seconds:
        return pooled
    wanting = _Wanting()
    _wanting[engine].append(wanting)
    wanting.wait(seconds)
    try:
        _wanting[engine].remove(wanting)
    except ValueError:
        wanting.wait(None)  # another thread is handing it over right now
    return wanting.pooled


class _Wanting:
    """A thread that waits for a connection that another one puts back."""

    def __init__(self):
        self._is_given, self.pooled = threading.Event(), None

    def give(self, pooled):
        self.pooled = pooled
        self._is_given.set()

    def wait(self, seconds):
        self._is_given.wait(seconds)


def forget(engine):
    """Close all idle connections."""
    _close(_idle[engine])


def _close(waiting):
    while True:
        try:
            pooled = waiting.pop()
        except IndexError:  # no check beforehand: another thread may take the last one in between
            return
        pooled.info.clear()  # what it keeps open, such as files, does not wait for the garbage collector
        pooled.invalidate()
        pooled.close()

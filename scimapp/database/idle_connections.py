"""Connections that wait for whoever works next, beside the pool: it would look after each one anew, every time.

They stay taken from the pool. One that broke while it waited takes the others with it: a server that went away took all.
"""

import weakref
from contextlib import suppress

from sqlalchemy import event

_idle = weakref.WeakKeyDictionary()  # engine → connections of its pool that nobody has now
_wrote_last = weakref.WeakKeyDictionary()  # engine → the one of them, or of those that somebody has, that wrote last


def watch(engine):
    """Keep connections of ``engine`` from now on; they go when it is disposed of."""
    waiting = _idle[engine] = []
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
    if len(waiting) < most:
        waiting.insert(0 if is_wanted else len(waiting), pooled)
    else:
        _close([pooled])


def forget(engine):
    """Close what waits."""
    _close(_idle[engine])


def _close(waiting):
    while waiting:
        pooled = waiting.pop()
        pooled.invalidate()
        pooled.close()

"""Connections that wait for whoever works next, beside the pool: it would look after each one anew, every time.

They stay taken from the pool. One that broke while it waited takes the others with it: a server that went away took all.
"""

import weakref

from sqlalchemy import event

_idle = weakref.WeakKeyDictionary()  # engine → connections of its pool that nobody has now


def watch(engine):
    """Keep connections of ``engine`` from now on; they go when it is disposed of."""
    waiting = _idle[engine] = []
    event.listen(engine, "engine_disposed", lambda _engine: _close(waiting))


def take(engine):
    """A connection that waits, or None."""
    try:
        return _idle[engine].pop()
    except IndexError:
        return None


def put(engine, pooled, most):
    """Let a connection wait; beyond ``most`` it is closed."""
    waiting = _idle[engine]
    if len(waiting) < most:
        waiting.append(pooled)
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

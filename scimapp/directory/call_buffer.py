"""SCIM calls that wait to be written to the provisioning log: bounded, out of the way of the calls themselves.

A call puts a record here when its answer stands; a worker thread, or whoever opens the log, writes them in batches. What
a full buffer drops is counted and never fails a call.
"""

import logging
import threading
from collections import deque

from ..database import db

CAPACITY = 10_000  # calls a process and database
_log = logging.getLogger("scimapp.calls")
_lock = threading.Lock()
_waiting = {}  # address of a database: its deque; a process serves one, tests serve several
filled = threading.Event()


def put(record):
    """Keep ``record``, a ``PendingCall``, until it is written. Costs microseconds and raises nothing."""
    waiting = _of_this_database()
    if len(waiting) == CAPACITY:
        _log.warning("the provisioning log is %s calls behind; the oldest is dropped", CAPACITY)
    waiting.append(record)
    filled.set()


def take(limit):
    """Up to ``limit`` records, oldest first; they are no longer here."""
    waiting, taken = _of_this_database(), []
    while waiting and len(taken) < limit:
        try:
            taken.append(waiting.popleft())
        except IndexError:  # another thread was faster
            break
    return taken


def give_back(records):
    """Keep records whose writing failed, in front of what came since."""
    waiting = _of_this_database()
    for record in reversed(records):
        if len(waiting) < CAPACITY:
            waiting.appendleft(record)


def _of_this_database():
    key = str(db.engine.url)
    waiting = _waiting.get(key)
    if waiting is None:
        with _lock:
            waiting = _waiting.setdefault(key, deque(maxlen=CAPACITY))
    return waiting

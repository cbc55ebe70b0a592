"""A bounded buffer of SCIM calls that wait to be written to the provisioning log, so that logging does not slow calls down.

A call puts a record here once its answer is known; a worker thread, or a reader of the log, writes the records in batches.
Records that a full buffer drops are counted; a full buffer never fails a call.

Calls without a valid token and calls over the rate limit, which anybody can make, come in floods. The first few of a kind
are kept one by one; the following ones become one record with a count, so a flood can neither fill the log nor push real
calls out of it.
"""

import logging
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from msgspec import Struct

from ...database import current_engine
from .. import clock

CAPACITY = 10_000  # calls per process and database
CAPACITY_BYTES = 64 * 1024 * 1024  # of their bodies; above it, only the facts are kept
FLOOD_WINDOW = timedelta(minutes=10)
KEPT_SINGLY = 5  # of one kind in a window
KEPT_SINGLY_IN_ALL = 500  # of all kinds in a window, since a URL may name any account
MOST_KINDS = 1_000
_log = logging.getLogger("scimapp.calls")
_lock = threading.Lock()
_buffers = {}  # address of a database → its buffer; a process serves one, tests serve several
_at_hand = (None, None)  # the engine used last, and its buffer
filled = threading.Event()


class _Window(Struct):
    """One kind of flood. ``last`` stands for ``times`` calls beyond those kept one by one."""

    began: datetime
    kept: int = 0
    last: object = None
    times: int = 0


class CallBuffer:
    """Records in order of arrival. A record has ``at``, ``size`` in bytes, ``kind`` (None: never part of a flood) and
    ``times``.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting, self._bytes, self._dropped = deque(), 0, 0
        self._windows, self._singly, self._since = OrderedDict(), 0, None

    def __len__(self):
        return len(self._waiting)

    def has_news(self):
        """Whether there is anything to ``take``, now or when a flood ends."""
        with self._lock:
            return bool(self._waiting or self._dropped) or any(window.times for window in self._windows.values())

    def has_room_for(self, size):
        """Whether there is room for bodies of ``size`` bytes."""
        return self._bytes + size <= CAPACITY_BYTES

    def put(self, record):
        """Keep a record until it is written, and wake the writer. Costs microseconds."""
        with self._lock:
            if record.kind is None:
                self._append(record)
            else:
                self._fold(record)
        if not filled.is_set():
            filled.set()

    def take(self, limit, settle=False):
        """Remove and return up to ``limit`` records, oldest first.

        The record of a running flood is included when its window ends, or now if ``settle`` is set.
        """
        with self._lock:
            self._tell_floods(settle)
            if self._dropped:
                _log.warning("the provisioning log was too far behind: %s calls were dropped", self._dropped)
                self._dropped = 0
            taken = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
            self._bytes -= sum(record.size for record in taken)
        return taken

    def give_back(self, records):
        """Put records back whose writing failed, before those that came since."""
        with self._lock:
            room = max(0, CAPACITY - len(self._waiting))
            kept = records[len(records) - room :] if room < len(records) else records
            self._dropped += len(records) - len(kept)
            self._waiting.extendleft(reversed(kept))
            self._bytes += sum(record.size for record in kept)

    def clear(self):
        """Forget everything."""
        with self._lock:
            self._waiting.clear()
            self._windows.clear()
            self._bytes = self._dropped = self._singly = 0
            self._since = None

    def _append(self, record):
        if len(self._waiting) >= CAPACITY:
            self._bytes -= self._waiting.popleft().size
            self._dropped += 1
        self._waiting.append(record)
        self._bytes += record.size

    def _fold(self, record):
        if self._since is None or record.at - self._since >= FLOOD_WINDOW:
            self._since, self._singly = record.at, 0
        window = self._windows.get(record.kind)
        if window is None or record.at - window.began >= FLOOD_WINDOW:
            self._tell(window)
            window = self._windows[record.kind] = _Window(record.at)
            if len(self._windows) > MOST_KINDS:
                self._dropped += self._windows.popitem(last=False)[1].times
        if window.kept < KEPT_SINGLY and self._singly < KEPT_SINGLY_IN_ALL and len(self._waiting) < CAPACITY:
            window.kept += 1
            self._singly += 1
            self._append(record)
        else:
            window.last = record
            window.times += 1

    def _tell_floods(self, settle):
        now = clock.now()
        for window in self._windows.values():
            if settle or now - window.began >= FLOOD_WINDOW:
                self._tell(window)

    def _tell(self, window):
        if window is None or window.last is None:
            return
        if len(self._waiting) < CAPACITY:  # real calls take precedence
            self._append(window.last._replace(times=window.times))
        else:
            self._dropped += window.times
        window.last, window.times = None, 0


def has_news():
    """Whether anything waits in this process, for any database."""
    return any(waiting.has_news() for waiting in list(_buffers.values()))


def buffer():
    """The buffer of the database in use."""
    global _at_hand
    engine, (last, found) = current_engine(), _at_hand
    if engine is not last:
        with _lock:
            found = _buffers.setdefault(engine.url, CallBuffer())
        _at_hand = engine, found
    return found

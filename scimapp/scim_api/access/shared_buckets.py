"""Token buckets that several processes fill and drain together, without a lock between them.

The buckets are in memory that the processes of one server share; it is mapped before they are forked. Every process has a
seat: it writes only the cells of its own seat and reads those of all. So no process overwrites the counts of another. A
process may die at any instruction without leaving anything to release: its counts stay, and the process that takes its
seat continues them.

Two numbers per seat give the level of a bucket. Let V(t) be the calls admitted so far by all seats, the sum of the seats'
counts, and r the calls per second that drain. The level at t is V(t) - r·t minus the minimum of V(s) - r·s over all s ≤ t.
That minimum always occurs just before a call, when some process reads the bucket anyway, so it is the minimum of what each
seat saw. Two processes that read at the same instant may both take the last call: each further process can admit at most
one call beyond the size. Numbers are read and written in native format, eight aligned bytes at a time, so none is ever
seen half written.
"""

import mmap
import struct
import threading
import time

WAYS = 16  # rows a key may stand in
SETS = 256
TOLERANCE = 1e-6  # of a call; the clock times the rate is a large float


class SharedBuckets:
    """Buckets by key: ``per_second`` calls drain, ``size`` fit at once. ``seats`` is how many processes may write.

    There are rows for ``WAYS * SETS`` keys. A new key takes over the row of a key that has all its calls available
    again, and keeps the counts there, which are then equivalent to a fresh row. Only when all its rows are in use,
    which takes thousands of keys at a time, it shares the least used one. Keys are compared by Python's ``hash``, which
    forked processes agree on and strangers cannot predict.
    """

    def __init__(self, per_second, size, seats=1, clock=time.monotonic):
        self._rate, self._size, self._seats, self._clock = per_second, size, seats, clock
        self._keys_end = SETS * WAYS * 8
        self._row_bytes = 2 * seats * 8
        self._memory = mmap.mmap(-1, self._keys_end + SETS * WAYS * self._row_bytes)  # pages exist once written
        self._keys = struct.Struct(f"{WAYS}q").unpack_from
        self._cells = struct.Struct(f"{2 * seats}d").unpack_from
        self._lock = threading.Lock()  # among the threads of one process
        self._seat = 0

    def sit(self, seat):
        """Make this process write at ``seat`` from now on; a number above the last seat shares the last one."""
        self._seat = min(seat, self._seats - 1)

    def seconds_to_wait(self, key):
        """Take one call from the bucket of ``key``: 0, or the seconds (a float) until one is available."""
        mark = hash(key) or 1  # 0 marks an unused row
        with self._lock:
            flown = self._clock() * self._rate
            row = self._row_of(mark, flown)
            level, lowest = self._look(row, flown)
            excess = level - lowest - (self._size - 1)
            if excess > TOLERANCE:
                return excess / self._rate
            self._count(row, lowest)
        return 0

    def _row_of(self, mark, flown):
        first = mark % SETS * WAYS
        keys = self._keys(self._memory, first * 8)
        if mark in keys:
            return first + keys.index(mark)  # the first one, in case two processes chose different rows
        queues = []
        for way, other in enumerate(keys):
            level, lowest = self._look(first + way, flown)
            queues.append(level - lowest if other else -1.0)
        way = queues.index(min(queues))
        struct.pack_into("q", self._memory, (first + way) * 8, mark)
        return first + way

    def _look(self, row, flown):
        """``(V - r·t, the lowest it has been)`` of a row."""
        cells = self._cells(self._memory, self._keys_end + row * self._row_bytes)
        level = sum(cells[: self._seats]) - flown
        return level, min(level, *cells[self._seats :])

    def _count(self, row, lowest):
        """Write the minimum first: a process that reads between the two writes sees one call too few, never one too many."""
        mine = self._keys_end + row * self._row_bytes + self._seat * 8
        struct.pack_into("d", self._memory, mine + self._seats * 8, lowest)
        (count,) = struct.unpack_from("d", self._memory, mine)
        struct.pack_into("d", self._memory, mine, count + 1)

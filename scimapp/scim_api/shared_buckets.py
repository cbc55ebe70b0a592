"""Token buckets that several processes fill and drain together, without a lock between them.

The buckets stand in memory that the processes of one server share (made before they are forked). Every process has a
seat, and writes into the cells of its seat alone; it reads those of all. So no write of one process undoes another's, a
process may die at any instruction, and nothing has to be set free after it: what it counted stays counted, and the
process that takes its seat goes on counting there.

How much of a bucket is used follows from two numbers a seat. With V(t) the calls let through so far by all seats and r
the calls a second that flow off, the queue at t is V(t) - r·t less the lowest value that V(s) - r·s had at any s before.
V is the sum of the seats' counts. The lowest value is always met just before a call, when some process looks anyway, so
it is the least of what each seat saw. Two processes that look in the same instant may both take the last call: beyond
the size of a bucket at most one call a further process passes. Numbers are read and written in the machine's own format,
eight aligned bytes at a time, so none is ever seen half written.
"""

import mmap
import struct
import threading
import time

WAYS = 16  # rows a key may stand in
SETS = 256
TOLERANCE = 1e-6  # of a call; the clock times the rate is a large float


class SharedBuckets:
    """Buckets by key: ``per_second`` calls flow off, ``size`` fit at once. ``seats`` is how many processes may write.

    There are rows for ``WAYS * SETS`` keys. A key that was never seen takes the row of one whose bucket is full again,
    and with it the counts: a full bucket is a full bucket. Only where all its rows are in use, which takes thousands of
    keys at a time, it shares the one that is used least. Keys are compared by Python's ``hash``, which forked processes
    agree on and strangers cannot foresee.
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
        """From now on this process writes at ``seat``; above the last one it shares that with others."""
        self._seat = min(seat, self._seats - 1)

    def seconds_to_wait(self, key):
        """Take one call from the bucket of ``key``: 0, or the seconds (a float) until there is one to take."""
        mark = hash(key) or 1  # 0 is a row that nobody used
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
        held = self._keys(self._memory, first * 8)
        if mark in held:
            return first + held.index(mark)  # the first one wins, should two processes have chosen differently
        queues = []
        for way, other in enumerate(held):
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
        """The lowest first: a process that looks between the two writes sees a call too few, never one too many."""
        mine = self._keys_end + row * self._row_bytes + self._seat * 8
        struct.pack_into("d", self._memory, mine + self._seats * 8, lowest)
        (count,) = struct.unpack_from("d", self._memory, mine)
        struct.pack_into("d", self._memory, mine, count + 1)

"""Lets the processes of a server take about as many connections each.

All processes wait at the same listener. One that has just accepted a connection is awake already and often first at the next
one, so of sixteen that were opened at once a single process sometimes had all. Providers and proxies keep their connections,
and whatever came on them was computed on one processor while another idled (docs/decisions/0127).
"""

import mmap
import time

PAUSES, PAUSE_SECONDS = 10, 0.0001  # enough for a process that sleeps to wake up
_NOBODY = 2**32 - 1  # at a seat whose process does not accept connections, if there is one


class Shares:
    """How many connections each of ``seats`` processes has, in memory that they share. It is mapped before they are
    forked.
    """

    def __init__(self, seats):
        self._counts = memoryview(mmap.mmap(-1, 4 * seats)).cast("I")
        for seat in range(seats):
            self.leave(seat)

    def at(self, seat):
        """The share of the process at ``seat``; a number above the last seat shares the last one."""
        return Share(self._counts, min(seat, len(self._counts) - 1))

    def leave(self, seat):
        """Have nobody wait for a process that has ended, however it did."""
        self.at(seat).leave()


class Share:
    """The connections of one process among those of all."""

    def __init__(self, counts, seat):
        self._counts, self._seat = counts, seat

    def tell(self, connections):
        """Tell the other processes how many connections this one has, which accepts more."""
        self._counts[self._seat] = connections

    def leave(self):
        """Tell the other processes that this one accepts no more connections."""
        self._counts[self._seat] = _NOBODY

    def let_others_come_first(self, pause=time.sleep):
        """Wait while another process has fewer connections: ``PAUSE_SECONDS`` for each that it lacks, ``PAUSES`` times
        at most.

        A process that does not come in this time is busy: its share falls to those that are not.
        """
        for pauses in range(PAUSES):
            if self._counts[self._seat] - min(self._counts) <= pauses:
                return
            pause(PAUSE_SECONDS)

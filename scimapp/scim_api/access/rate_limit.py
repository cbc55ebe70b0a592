"""Limits how often a token may call and how often an address may try a wrong token; all processes of a server count together.

Each token has its own bucket, so no identity provider uses up the calls of another. Several servers on one database count
separately. Nothing here is written to the database, because the checks run before every call.
"""

from .shared_buckets import SharedBuckets

BURST_SECONDS = 4  # a full bucket holds the calls of four seconds
WRONG_TOKENS = 20  # per minute and address, and as many at once


class ScimLimits:
    """The buckets of ``calls`` by token id, None if they are not limited, and of ``wrong_tokens`` by address, for ``seats``
    processes.
    """

    def __init__(self, calls_per_second, seats=1):
        size = max(1, calls_per_second * BURST_SECONDS)
        self.calls = SharedBuckets(calls_per_second, size, seats=seats) if calls_per_second else None
        self.wrong_tokens = SharedBuckets(WRONG_TOKENS / 60, WRONG_TOKENS, seats=seats)

    def at(self, seat):
        """The same limits, counted at ``seat`` by this process."""
        for buckets in filter(None, (self.calls, self.wrong_tokens)):
            buckets.sit(seat)
        return self


class Seats:
    """Hands out the seats at which processes count. The seat of a process that has ended is given out again."""

    def __init__(self):
        self._taken = set()

    def take(self):
        """The lowest seat that nobody has."""
        seat = next(number for number in range(len(self._taken) + 1) if number not in self._taken)
        self._taken.add(seat)
        return seat

    def leave(self, seat):
        self._taken.discard(seat)

"""How often a token may call, and how often an address may try a wrong one; counted by all processes of a server.

Each token has its own bucket, so no directory takes the calls of another. Several servers on one database count each
for itself. Nothing here is written to the database: these checks stand before every call.
"""

import math

from .shared_buckets import SharedBuckets

BURST_SECONDS = 4  # a full bucket holds the calls of four seconds
WRONG_TOKENS = 20  # a minute and address, and as many at once


class RateLimit:
    """Waiting times in whole seconds. ``per_second`` 0 lets everything pass; the rest goes to ``SharedBuckets``."""

    def __init__(self, per_second, size, **shared):
        self._buckets = SharedBuckets(per_second, size, **shared) if per_second else None

    def sit(self, seat):
        """Count at ``seat`` from now on: which of the processes of this server we are."""
        if self._buckets:
            self._buckets.sit(seat)

    def seconds_to_wait(self, key):
        """Take one call from the bucket of ``key``: 0, or the whole seconds after which to try again.

        Okta reads Retry-After only as whole seconds and waits five minutes for anything else.
        """
        return math.ceil(self._buckets.seconds_to_wait(key)) if self._buckets else 0


class ScimLimits:
    """``calls`` by token id and ``wrong_tokens`` by address, for ``seats`` processes."""

    def __init__(self, calls_per_second, seats=1):
        size = max(1, calls_per_second * BURST_SECONDS)
        self.calls = RateLimit(calls_per_second, size, seats=seats)
        self.wrong_tokens = RateLimit(WRONG_TOKENS / 60, WRONG_TOKENS, seats=seats)

    def at(self, seat):
        """The same limits, counted at ``seat`` by this process."""
        self.calls.sit(seat)
        self.wrong_tokens.sit(seat)
        return self


class Seats:
    """Hands out the places at which processes count. A seat is given again once who had it is gone."""

    def __init__(self):
        self._taken = set()

    def take(self):
        """The lowest seat that nobody has."""
        seat = next(number for number in range(len(self._taken) + 1) if number not in self._taken)
        self._taken.add(seat)
        return seat

    def leave(self, seat):
        self._taken.discard(seat)

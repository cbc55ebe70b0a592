"""Limits how often a token may call and how often an address may try a wrong token; all processes of a server count together.

Each token has its own bucket, so no identity provider uses up the calls of another. Several servers on one database count
separately. Nothing here is written to the database, because the checks run before every call.
"""

import math

from .shared_buckets import SharedBuckets

BURST_SECONDS = 4  # a full bucket holds the calls of four seconds
WRONG_TOKENS = 20  # per minute and address, and as many at once


class RateLimit:
    """Waiting times in whole seconds, from ``SharedBuckets``. ``per_second`` 0 lets everything pass."""

    def __init__(self, per_second, size, **shared):
        self._buckets = SharedBuckets(per_second, size, **shared) if per_second else None

    def sit(self, seat):
        """Count at ``seat`` from now on, the number of this process among those of the server."""
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

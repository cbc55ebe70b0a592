"""How many calls a token may make: a bucket per token and process, so that one directory cannot starve another."""

import math
import threading
import time
from collections import OrderedDict

BURST_SECONDS = 2  # a full bucket holds the calls of two seconds
MAXIMUM_BUCKETS = 10_000


class RateLimit:
    """Token buckets by key. ``per_second`` 0 lets everything pass."""

    def __init__(self, per_second, clock=time.monotonic):
        self._per_second, self._size, self._clock = per_second, max(1, per_second * BURST_SECONDS), clock
        self._buckets = OrderedDict()  # key → (calls left, moment they were counted)
        self._lock = threading.Lock()

    def seconds_to_wait(self, key):
        """Take one call from the bucket of ``key``: 0, or the whole seconds after which to try again.

        Okta reads Retry-After only as whole seconds and waits five minutes for anything else.
        """
        if not self._per_second:
            return 0
        with self._lock:
            moment = self._clock()
            left, counted_at = self._buckets.pop(key, (self._size, moment))
            left = min(self._size, left + (moment - counted_at) * self._per_second)
            enough = left >= 1
            self._buckets[key] = (left - 1 if enough else left, moment)
            if len(self._buckets) > MAXIMUM_BUCKETS:
                self._buckets.popitem(last=False)
        return 0 if enough else max(1, math.ceil((1 - left) / self._per_second))

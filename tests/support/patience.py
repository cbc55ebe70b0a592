"""Waiting for what comes about by itself."""

import time


def wait_until(is_so):
    """Return when ``is_so()``; raises AssertionError after half a minute."""
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in half a minute")

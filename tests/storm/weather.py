"""How long a storm blows, and from where: seconds and seed, so that what it found can be played again.

``make test`` gives each storm a few seconds of this process. SCIMAPP_SOAK_SECONDS (``make soak``) makes all of them together
take that long. SCIMAPP_STORM_SEED plays a run again: each input depends on the seed and on the inputs before it, never on time.
"""

import os
import random
import resource
import secrets
import time

SECONDS_VARIABLE, SEED_VARIABLE = "SCIMAPP_SOAK_SECONDS", "SCIMAPP_STORM_SEED"
SHARE_OF_A_SOAK = 1 / 24  # there are about a dozen storms, and two databases for most
MOST_MEMORY = 256 * 1024 * 1024  # bytes that all inputs of one storm together may make the process grow by


class Weather:
    """``random`` makes the inputs; ``blows()`` says whether to go on and counts one input more."""

    def __init__(self, name, seconds):
        self.name, self.inputs = name, 0
        soak = os.environ.get(SECONDS_VARIABLE)
        self._seconds = float(soak) * SHARE_OF_A_SOAK if soak else seconds
        self.seed = int(os.environ.get(SEED_VARIABLE) or secrets.randbits(32))
        self.random = random.Random(f"{self.seed} {name}")
        self._clock = time.monotonic if soak else time.process_time
        self._began, self._memory_before = self._clock(), _peak_memory()

    def blows(self, least=50):
        """At least ``least`` inputs are tried, however slow the machine is."""
        if self.inputs >= least and self._clock() - self._began >= self._seconds:
            return False
        self.inputs += 1
        return True

    def settle(self, **figures):
        """Print what was tried, and see that it did not fill the memory."""
        more = "".join(f", {value} {name.replace('_', ' ')}" for name, value in figures.items())
        print(f"\nstorm {self.name}: {self.inputs} inputs{more} ({SEED_VARIABLE}={self.seed})")
        grown = _peak_memory() - self._memory_before
        assert grown < MOST_MEMORY, f"the process grew by {grown // 1024**2} MiB"


def _peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

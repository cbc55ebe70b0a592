"""How many cases a test draws by chance: few in each run, which adds up because each run draws others, and many in a soak.

``tries(20)`` and hypothesis' examples follow SCIMAPP_SOAK_SECONDS; ``make soak`` runs the files that have either.
"""

import os

EXAMPLES = 25  # of hypothesis
_VARIABLE = "SCIMAPP_SOAK_SECONDS"
_SECONDS_FOR_ONCE = 120  # What all tests together draw in a run takes about 20 s, so of a soak a sixth.


def tries(usual):
    """``usual``, or many times as many in a soak."""
    seconds = float(os.environ.get(_VARIABLE) or 0)
    return round(usual * max(1, seconds / _SECONDS_FOR_ONCE))

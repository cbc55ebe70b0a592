"""Chance that can be had again: a random generator whose seed is shown when the test fails."""

import os
import random

VARIABLE = "SCIMAPP_TEST_SEED"


class Dice(random.Random):
    """A random generator with what generated requests need of one."""

    def often(self, share):
        """True in this share of cases, 0 to 1."""
        return self.random() < share

    def some(self, items, most):
        """Up to ``most`` of the items, each once."""
        return self.sample(items, self.randint(0, min(most, len(items))))


def thrown():
    """Dice with the seed of the environment, else with a new one."""
    seed = int(os.environ.get(VARIABLE) or random.randrange(10**9))
    print(f"{VARIABLE}={seed} runs these cases again")
    return Dice(seed)

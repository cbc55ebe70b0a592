"""What the clients of a server that crashes were told, and what must be true of it afterwards.

Before a write is sent its outcome is noted as possible; once it is answered, as the only one. So whatever happens in
between, a thing may be as it was before or as the write leaves it, and in no third way.
"""

import threading
from collections import defaultdict

ABSENT = None


class Journal:
    """Possible states by the name of a thing. Each thing is written by one client at a time."""

    def __init__(self):
        self._possible = defaultdict(lambda: {ABSENT})
        self._counting = threading.Lock()
        self.acknowledged = self.unanswered = 0

    def intend(self, name, state):
        """A write is about to be sent that makes ``name`` be ``state``."""
        self._possible[name] = self._possible[name] | {state}

    def acknowledge(self, name, state):
        """The write was answered: from now on nothing else may be found."""
        self._possible[name] = {state}
        with self._counting:
            self.acknowledged += 1

    def missed(self):
        """An answer never came."""
        with self._counting:
            self.unanswered += 1

    def saw(self, name, state):
        """``name`` was read, after an answer that never came: one of the possible states, and it stays."""
        assert state in self._possible[name], f"{name} is {state}, not one of {self._possible[name]}"
        self._possible[name] = {state}

    def compare(self, found):
        """Fail when something acknowledged is missing, half-applied or never was; ``found`` maps names to states."""
        wrong = {
            name: (found.get(name, ABSENT), possible)
            for name, possible in self._possible.items()
            if found.get(name, ABSENT) not in possible
        }
        assert not wrong, f"lost or half-applied (found, possible): {wrong}"
        strangers = found.keys() - self._possible.keys()
        assert not strangers, f"nobody wrote these: {strangers}"
        return len(found)

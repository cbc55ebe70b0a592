"""Fixtures of the tests of batches."""

import pytest

from scimapp.directory.batches import batch_registry
from scimapp.directory.batches.batch_registry import Action, Done
from scimapp.directory.words import say


@pytest.fixture
def noting():
    """An action that notes what it is done to, in ``.seen``; ``.fails`` maps labels to what they raise."""

    class Noting(Action):
        name, label = "noting", say("Note")

        def __init__(self):
            self.seen, self.fails = [], {}

        def carry_out(self, run, item):
            self.seen.append(item.label)
            if item.label in self.fails:
                raise self.fails[item.label]
            return Done({"seen": True})

    action = Noting()
    batch_registry.register(action)
    return action

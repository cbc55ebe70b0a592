"""What can be done to many at once: the shape of an action, and the table of those there are.

An action is one class. ``batches`` makes a batch of it, ``batch_runs`` carries it out item by item; neither knows what
it does. An item is a person, or a row of a file with its ``content``.
"""

from dataclasses import dataclass

from ..errors import DirectoryError
from ..roles import Permission

_actions = {}


@dataclass(frozen=True, slots=True)
class Run:
    """What an item is carried out with. ``subject`` is what ``Action.prepare`` returned: the group, the manager …

    ``is_decided``: the options say it all; while somebody is still asked for the group, there is no subject to look at.
    """

    scope: object
    options: dict
    subject: object = None
    is_decided: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an item, where there is more to keep than that it is done.

    ``content`` replaces the item's (what an undo needs); ``user_id`` and ``label`` name somebody who is new.
    """

    content: dict | None = None
    user_id: str | None = None
    label: str | None = None


class Skipped(DirectoryError):
    """An item is left as it is. ``message`` is the Sentence that says why."""


class Action:
    """One action. Subclasses have a ``name`` (kept in the batch, at most 24 characters) and a ``label``, a Sentence."""

    name = ""
    label = ""
    permission = Permission.MANAGE_USERS  # asked for again at every slice
    undone_by = None  # the name of the action that takes it back

    def prepare(self, scope, options):
        """Look up what the options name, once a slice, and return it. Raises a DirectoryError when nothing can be done."""
        return None

    def carry_out(self, run, item):
        """Do it to one BatchItem, inside its transaction; returns a Done or None.

        Any DirectoryError takes back what this item did and becomes its reason; the others go on.
        """
        raise NotImplementedError


def register(action):
    """Add an action to the table and return it."""
    _actions[action.name] = action
    return action


def find(name):
    """The Action of this name, None for an unknown one."""
    return _actions.get(name)


def taken_back_by(name):
    """The Action that ``name`` undoes, None for one that undoes nothing."""
    return next((action for action in _actions.values() if action.undone_by == name), None)

"""What can be done to many at once: the interface of an action, and the table of all actions.

Each action is a class. ``batches`` makes a batch of it and ``batch_runs`` carries it out item by item; neither knows what
it does. An item is a person, or a row of a file with its ``content``.
"""

from msgspec import Struct

from ..errors import DirectoryError, InvalidValue
from ..roles import Permission
from ..words import say

_actions = {}


class Run(Struct, frozen=True):
    """The context in which items are carried out. ``subject`` is what ``Action.prepare`` returned: the group, the manager …

    ``is_decided``: all options are chosen. While somebody still chooses the group, there is no subject.
    """

    scope: object
    options: dict
    subject: object = None
    is_decided: bool = True


class Done(Struct, frozen=True):
    """The outcome of an item, if there is more to store than that it is done.

    ``content`` replaces the item's, for an undo; ``user_id`` and ``label`` identify a person who is new.
    """

    content: dict | None = None
    user_id: str | None = None
    label: str | None = None


class Skipped(DirectoryError):
    """The item is left as it is. ``message`` is the Sentence that says why."""


class Action:
    """One action. Subclasses have a ``name`` (stored in the batch, at most 24 characters) and a ``label``, a Sentence."""

    name = ""
    label = ""
    permission = Permission.MANAGE_USERS  # checked again for every slice
    undone_by = None  # the name of the action that undoes it

    def prepare(self, scope, options):
        """Look up what the options name, once per slice, and return it. Raises a DirectoryError if nothing can be done."""
        return None

    def carry_out(self, run, item):
        """Do the action to one BatchItem, inside its transaction; returns a Done or None.

        A DirectoryError rolls this item back and becomes its reason; the other items go on.
        """
        raise NotImplementedError


def register(action):
    """Add an action to the table."""
    _actions[action.name] = action


def find(name):
    """The Action of this name, None for an unknown one."""
    return _actions.get(name)


def get(scope, name):
    """The Action of this name, if the actor may do it. Raises InvalidValue, NotAllowed."""
    action = find(name)
    if action is None:
        raise InvalidValue("action", say("choose what to do."))
    scope.require(action.permission)
    return action


def undone_action(name):
    """The Action that ``name`` undoes, None if it undoes nothing."""
    return next((action for action in _actions.values() if action.undone_by == name), None)

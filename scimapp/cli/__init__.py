"""The command line: ``flask --app wsgi GROUP COMMAND``. Scripts and containers call the same functions as the screens.

A group is imported when it is asked for: a server has no use for it, and another command neither.
"""

import errno
import sys
from importlib import import_module

from flask.cli import AppGroup

# Group → its module here.
_MODULES = {name: name for name in "accounts backup batches demo fields invitations log outbox people tokens".split()}
_MODULES["db"] = "migrations"


class Groups(AppGroup):
    """Finds the groups by their names."""

    def list_commands(self, context):
        sys.excepthook = _told_of_full_disk
        return sorted(_MODULES)

    def get_command(self, context, name):
        return import_module(f".{_MODULES[name]}", __package__).commands if name in _MODULES else None


def _told_of_full_disk(kind, error, trace):
    """Say in a line that the list of all groups could not be written. Flask writes it, where nobody else can catch the error."""
    if kind is not OSError or error.errno != errno.ENOSPC:
        return sys.__excepthook__(kind, error, trace)
    sys.stdout = None  # at the end Python would try again to write what is left, and tell that it cannot
    print(f"Error: The help cannot be written: {error.strerror}", file=sys.stderr)


def init_app(app):
    """Add the commands."""
    app.cli = Groups(app.name)

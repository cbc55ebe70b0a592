"""The command line: ``flask --app wsgi GROUP COMMAND``. Scripts and containers call the same functions as the screens.

A group is imported when it is asked for: a server has no use for it, and another command neither.
"""

from importlib import import_module

from flask.cli import AppGroup

# Group → its module here.
_MODULES = {name: name for name in "accounts backup batches demo fields invitations log outbox people tokens".split()}
_MODULES["db"] = "migrations"


class Groups(AppGroup):
    """Finds the groups by their names."""

    def list_commands(self, context):
        return sorted(_MODULES)

    def get_command(self, context, name):
        return import_module(f".{_MODULES[name]}", __package__).commands if name in _MODULES else None


def init_app(app):
    """Add the commands."""
    app.cli = Groups(app.name)

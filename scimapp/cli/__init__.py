"""The command line: ``flask --app wsgi GROUP COMMAND``. Scripts and containers call the same functions as the screens."""

from . import accounts, backup, batches, demo, fields, invitations, log, migrations, outbox, people, tokens


def init_app(app):
    """Add the commands."""
    for module in (accounts, backup, people, tokens, fields, invitations, outbox, batches, log, migrations, demo):
        app.cli.add_command(module.commands)

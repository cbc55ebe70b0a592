"""Flask commands: the same doors as the screens, for scripts, containers, tests and administrators with a shell."""

from . import accounts, demo, fields, invitations, outbox, tokens


def init_app(app):
    """Add the commands."""
    for group in (accounts.commands, tokens.commands, fields.commands, demo.commands, outbox.commands):
        app.cli.add_command(group)
    app.cli.add_command(invitations.commands)

"""``flask invitations``: handling invitations from the shell."""

from flask import current_app

from ..mail.delivery import deliver_due
from .outbox import show_tally
from .output import CommandGroup, as_json

commands = CommandGroup("invitations", help="Invitations.")


@commands.command("deliver")
@as_json
def deliver(as_json):
    """Send invitations, and every other mail that is due, now, then end."""
    show_tally(deliver_due(current_app._get_current_object()), as_json)

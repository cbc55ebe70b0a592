"""``flask invitations``: send the invitations that are owed."""

from flask import current_app
from flask.cli import AppGroup

from ..mail.worker import send_due
from .output import json_option, say

commands = AppGroup("invitations", help="Invitations.")


@commands.command("deliver")
@json_option
def deliver(as_json):
    """Send every invitation that is due now."""
    sent = send_due(current_app.config["SETTINGS"])
    say({"sent": sent}, as_json, f"{sent} mails sent.")

"""``flask log``: the provisioning log."""

from ..directory.calls import call_retention
from .output import CommandGroup, as_json, show

commands = CommandGroup("log", help="The provisioning log.")


@commands.command("prune")
@as_json
def prune(as_json):
    """Delete calls and bodies that were kept as long as the settings say; the server does so by itself every hour."""
    calls, bodies = call_retention.prune()
    show({"calls": calls, "bodies": bodies}, as_json, [f"Deleted {calls:,} calls and {bodies:,} bodies."])

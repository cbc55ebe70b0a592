"""``flask outbox``: sending mail in a process of its own, or once from a scheduler."""

import click
from flask import current_app

from ..directory.upkeep import retention, scheduled_checks
from ..mail.delivery import deliver_due
from ..mail.worker import Worker
from .foreground import run_until_told_to_end
from .output import CommandGroup, as_json, show

commands = CommandGroup("outbox", help="Mails that are owed.")


@commands.command("run")
@click.option(
    "--once",
    is_flag=True,
    help="Tell of tokens and invitations that end soon and of quiet directories, send what is due now, then end.",
)
@as_json
def run(once, as_json):
    """Send mails as they become due, until the process is told to end."""
    app = current_app._get_current_object()
    if once:
        scheduled_checks.tell()
        show_tally(deliver_due(app), as_json)
        return
    run_until_told_to_end(Worker(app), "Sending mails from the outbox")


@commands.command("prune")
@as_json
def prune(as_json):
    """Delete mails 30 days after they left, and links and sessions that ended; the server does so every hour."""
    gone = retention.prune()
    facts = {"mails": gone.mails, "links": gone.links, "sessions": gone.sessions}
    show(facts, as_json, [f"{gone.mails} mails, {gone.links} links, {gone.sessions} sessions deleted"])


def show_tally(tally, as_json):
    """Print the Tally of one round."""
    facts = {"sent": tally.sent, "postponed": tally.postponed, "failed": tally.failed}
    away = ["The mail server did not answer; the rest is tried later."] if tally.is_server_away else []
    show(facts, as_json, [f"{tally.sent} sent, {tally.postponed} postponed, {tally.failed} failed", *away])

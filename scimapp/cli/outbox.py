"""``flask outbox``: send owed mails in a process of its own."""

import threading

import click
from flask import current_app
from flask.cli import AppGroup

from ..directory import outbox
from ..mail.worker import POLL_SECONDS, send_due
from .output import json_option, say

commands = AppGroup("outbox", help="Owed mails.")


@commands.command("run")
@click.option("--once", is_flag=True, help="Send what is due and end.")
@json_option
def run(once, as_json):
    """Send owed mails until stopped with Ctrl+C."""
    settings = current_app.config["SETTINGS"]
    sent = send_due(settings)
    if once:
        say({"sent": sent}, as_json, f"{sent} mails sent.")
        return
    pause = threading.Event()
    while True:
        outbox.wake.clear()
        pause.wait(POLL_SECONDS)
        send_due(settings)

"""``flask batches``: carrying out long batches in a process of its own, or once from a scheduler."""

import click
from flask import current_app

from ..batch_worker import TURN_SECONDS, BatchWorker
from ..directory.batches import batch_runs
from ..directory.erasure import erasure
from ..directory.imports import import_retention
from .foreground import run_until_told_to_end
from .output import CommandGroup, as_json, show

commands = CommandGroup("batches", help="Actions on many people.")


@commands.command("run")
@click.option("--once", is_flag=True, help="Carry out what is begun now, then end.")
@as_json
def run(once, as_json):
    """Carry out batches as they are begun, until the process is told to end."""
    if once:
        turns = 0
        while erasure.take_up() or batch_runs.carry_out_next(TURN_SECONDS):
            turns += 1
        show({"turns": turns}, as_json, ["Nothing is left to do." if turns else "There was nothing to do."])
        return
    run_until_told_to_end(BatchWorker(current_app._get_current_object()), "Carrying out batches")


@commands.command("prune")
@as_json
def prune(as_json):
    """Delete imported files that were left alone; the server does so by itself every hour."""
    gone = import_retention.prune()
    show({"deleted": gone}, as_json, [f"{gone} previews deleted"])

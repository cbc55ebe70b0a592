"""Workers that a command runs by itself, until the process is told to end."""

import signal

import click

_ENDING = (signal.SIGTERM, signal.SIGINT)


def run_until_told_to_end(worker, doing):
    """Run a Background; ``doing`` tells the operator what it does."""
    # Blocked before the thread starts: the thread inherits the mask, so the signal waits for the main thread.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    worker.start()
    click.echo(f"{doing} (stop with Ctrl+C)", err=True)
    signal.sigwait(_ENDING)
    worker.stop()

"""``flask backup``: copying the whole database, and restoring a copy."""

import signal
import sys
from contextlib import contextmanager

import click

from .. import backup, database
from ..database.schema import has_accounts
from ..directory.accounts import accounts
from ..directory.availability import UNAVAILABLE, reason
from ..directory.upkeep import restored
from .output import BadInput, CommandGroup, Refused, as_json, settings, show

commands = CommandGroup("backup", help="Copies of the whole database.", takes_any_tables=True)


def _named(_context, _parameter, file):
    if not file:
        raise BadInput("FILE is empty. Name the file of the copy.")
    return file


_of_file = click.argument("file", callback=_named)


@commands.command("create")
@_of_file
@as_json
def create(file, as_json):
    """Copy the database into a new FILE, as it is at one moment; the server may run meanwhile."""
    address = settings().database_url
    name = backup.name_of(address)
    # A timer without the server's settings would copy an empty database every night.
    if not (backup.is_there(address) and has_accounts() and accounts.any_exists()):
        raise Refused(
            f"There is no account in {name}. Is that the server's database? "
            "SCIMAPP_DATABASE_URL or SCIMAPP_DATA_DIR name it (docs/deployment.md)."
        )
    with _tidied_up():
        backup.create(address, file)
    show({"file": file, "database": name}, as_json, [f"The database {name} is copied to {file}."])


@contextmanager
def _tidied_up():
    """Let SIGTERM end the command as Ctrl+C does, so that it deletes its part of a copy, and report errors."""
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    except backup.BackupError as error:
        raise Refused(str(error)) from error
    finally:
        signal.signal(signal.SIGTERM, before)


@commands.command("restore")
@_of_file
@click.option("--send-mails", is_flag=True, help="Nothing left since FILE was made: send what was owed then.")
@as_json
def restore(file, send_mails, as_json):
    """Put FILE in the place of the database; the server must not run.

    Mails that were owed then are cancelled, because they may have left since, and everybody is signed out.
    """
    database.disconnect()
    with _tidied_up():
        kept = backup.restore(settings().database_url, file)
    from flask_migrate import upgrade

    try:
        upgrade()
        settled = restored.settle(send_mails=send_mails)
    except UNAVAILABLE as error:
        raise Refused(
            f"{file} is in its place, but nobody is signed out and no mail cancelled: {reason(error)}. "
            "Repeat the command before you start the server."
        ) from error
    name = backup.name_of(settings().database_url)
    facts = {
        "database": name,
        "kept": str(kept) if kept else None,
        "mails_cancelled": settled.mails,
        "sessions_ended": settled.sessions,
    }
    lines = [f"{file} is put back as {name}; {settled.mails} mails are cancelled, {settled.sessions} sessions ended."]
    if kept:
        lines.append(f"What was there before is kept as {kept}.")
    show(facts, as_json, lines)

"""Why a copy is not made or restored, in words for both databases."""

from ..database import schema

IN_USE = "The database is in use. Stop the server and every command first."


class BackupError(RuntimeError):
    """The copy cannot be made or restored; nothing was changed. The text says why."""


def refuse_unknown(source, revision):
    """Raise BackupError unless this code knows the revision of a copy, None for one without our tables."""
    if not revision:
        raise BackupError(f"{source} holds a database without the tables of a server.")
    if revision not in schema.revisions():
        raise BackupError(f"{source} is at revision {revision}, which this code does not know.")

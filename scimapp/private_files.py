"""Checks whether the files that hold secrets are readable only by the server.

Files that the server makes are (``gunicorn_conf.umask``). A copied database, or a key from a package, may not be.
"""

import stat
from pathlib import Path

_READ_BY_OTHERS, _ENTERED_BY_OTHERS = 0o004, 0o001


def open_to_others(settings):
    """Those of the database and the key of a development server that every user of this machine may read."""
    database = settings.database_url.removeprefix("sqlite:///")
    files = [Path(database)] if database != settings.database_url else []
    return [file for file in (*files, settings.data_dir / "secret_key") if _is_open(file)]


def _is_open(file):
    try:
        modes = file.stat().st_mode, file.parent.stat().st_mode
    except OSError:  # not there, or not ours to look at; the start tells of both
        return False
    return stat.S_ISREG(modes[0]) and bool(modes[0] & _READ_BY_OTHERS and modes[1] & _ENTERED_BY_OTHERS)

"""Whether the files that hold secrets are the server's alone.

What the server makes is (``gunicorn_conf.umask``). A database that somebody has copied here, or a key from a package, may not be.
"""

from pathlib import Path

_READ_BY_OTHERS, _ENTERED_BY_OTHERS = 0o004, 0o001


def open_to_others(settings):
    """The database and the key of a development server, as far as every user of this machine may read them."""
    database = settings.database_url.removeprefix("sqlite:///")
    files = [Path(database)] if database != settings.database_url else []
    return [file for file in (*files, settings.data_dir / "secret_key") if _is_open(file)]


def _is_open(file):
    try:
        modes = file.stat().st_mode, file.parent.stat().st_mode
    except OSError:  # not there, or not ours to look at; the start tells of both
        return False
    return bool(modes[0] & _READ_BY_OTHERS and modes[1] & _ENTERED_BY_OTHERS)

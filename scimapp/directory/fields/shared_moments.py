"""Moments that the processes of a server tell each other, without a lock and without the database.

They stand in memory that is mapped when this module is imported, which gunicorn's master does before it forks
(``scimapp.gunicorn_conf``). A moment is written and read as one aligned number of eight bytes, so none is ever seen half written.
"""

import mmap
from datetime import UTC, datetime

_PLACES = 4_096
_NEVER = datetime.fromtimestamp(0, UTC)


class SharedMoments:
    """The newest moment by key. Keys whose hashes meet share a place: ``last`` is never too early, rarely too late.

    Keys are placed by Python's ``hash``, which forked processes agree on.
    """

    def __init__(self):
        self._seconds = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("d")

    def note(self, key, at):
        """Set the moment of ``key``."""
        self._seconds[hash(key) % _PLACES] = at.timestamp()

    def last(self, key):
        """The moment of ``key``; that of 1970 if there is none."""
        seconds = self._seconds[hash(key) % _PLACES]
        return datetime.fromtimestamp(seconds, UTC) if seconds else _NEVER

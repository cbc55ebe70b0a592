"""Keeps SQLite from counting the memory it uses, which nobody here asks for: behind a lock of the whole process, for each of the
hundreds of pieces that a statement takes and gives back.

Only before the driver is imported, which begins to use the library. Threads still share a connection safely, as the other locks
of SQLite stay: Python may clear away a forgotten cursor in any thread, while another one runs a statement.
"""

import ctypes
from importlib.util import find_spec

_MEMSTATUS = 9  # SQLITE_CONFIG_MEMSTATUS of sqlite3.h


def leave_uncounted():
    """Returns whether SQLite counts no more; False, with nothing changed, if it is in use, or is a part of Python itself."""
    try:
        library = ctypes.CDLL(find_spec("_sqlite3").origin)  # and with it the SQLite that this driver uses
        return library.sqlite3_config(_MEMSTATUS, 0) == 0
    except (AttributeError, OSError):
        return False

"""What SQLite is told, connection by connection: which writes of the application began without the write lock."""

import sys
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

import scimapp
from scimapp import database
from scimapp.database import db

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
PACKAGE, _TESTS = str(Path(scimapp.__file__).parent), str(Path(__file__).parents[1])


@contextmanager
def writes_without_the_lock():
    """Yields a list that takes the statements that change rows outside of ``BEGIN IMMEDIATE``, of the bound application.

    Connections are made anew before and after. What a test itself writes through the session is not the application's.
    """
    found = []
    database.disconnect()
    event.listen(db.engine, "connect", watch := _watching(found))
    try:
        yield found
    finally:
        event.remove(db.engine, "connect", watch)
        database.disconnect()


def _watching(found):
    def watch(connection, _record):
        has_lock = False

        def told(statement):
            nonlocal has_lock
            word = statement[:9].upper()
            if word.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                has_lock = statement.upper().startswith("BEGIN IMMEDIATE")
            elif word.startswith(_WRITES) and not has_lock and _is_ours():
                found.append(statement[:200])

        connection.set_trace_callback(told)

    return watch


def _is_ours():
    """Whether the nearest file that is no library is one of the application."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith((PACKAGE, _TESTS)):
            return name.startswith(PACKAGE)
        frame = frame.f_back
    return True

"""What a database that cannot answer right now raises, so that a front can say "try again" without knowing the driver."""

import logging

from sqlalchemy.exc import OperationalError, TimeoutError

from ..database import db, driver_errors, writing

_log = logging.getLogger("scimapp.directory")
UNAVAILABLE = (OperationalError, TimeoutError)  # raised by SQLAlchemy, see also ``database.driver_errors.translated``


def is_busy(error):
    """Whether the database is reachable but overloaded: every connection is taken, or a lock was not released in time."""
    return isinstance(error, TimeoutError) or driver_errors.is_busy(getattr(error, "orig", None))


def is_away(error):
    """Whether Postgres did not answer at all, so that one would wait a second time for whatever else it is asked."""
    if not isinstance(error, OperationalError) or driver_errors.is_of_sqlite(error.orig):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) is None


def is_stuck(error):
    """Whether the database takes no changes until an operator has looked: its disk is full, or may only be read …"""
    return driver_errors.is_stuck(getattr(error, "orig", None))


def is_unreadable(error):
    """Whether SQLite found that its file is damaged or no database: nothing that ends by itself."""
    return driver_errors.is_unreadable(getattr(error, "orig", None))


def reason(error):
    """The cause in the driver's words, one line for the log: "database is locked", "No space left on device" …"""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0][:300]


def note(statement):
    """Execute an optional write. If the database is unavailable, skip it without waiting: the next occasion repeats it."""
    try:
        with writing(is_note=True) as session:
            session.execute(statement)
    except UNAVAILABLE as error:
        _log.warning("something could not be noted: %s", reason(error))


def let_go():
    """Roll back the transaction that an error has left open, so that the error page can read the database."""
    db.session.rollback()

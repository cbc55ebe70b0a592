"""Repeats a call when the database has undone its transaction through no fault of the call.

Postgres ends a deadlock by undoing one of the transactions (40P01), and may undo one that cannot be serialised with others
(40001). A broken connection takes its transaction with it. In each case the call only has to be made again, so a front need
not refuse the client. A call is repeated as a whole, from reading to the answer, and only if nothing of it was or may have
been committed, so nothing happens twice. None of this occurs on SQLite, which has one writer at a time and a file.
"""

import secrets
import time

from sqlalchemy import exc

from . import committed, is_writing, start_over  # ``committed`` is also for a front that repeats by itself

REPEATS = 5
PAUSE_SECONDS = 0.03  # on average before the first repeat; doubled for each further one
PATIENCE_SECONDS = 4  # no repeat begins later: Postgres takes a second to detect a deadlock, an answer may take ten
_UNDONE = frozenset(("40P01", "40001"))  # SQLSTATE: deadlock_detected, serialization_failure
_dice = secrets.SystemRandom()


def insist(call, *arguments, **named):
    """The result of ``call``, repeated up to ``REPEATS`` times while the database undoes it. Raises what ``call`` raises."""
    before, latest = committed(), time.monotonic() + PATIENCE_SECONDS
    for repeat in range(REPEATS):
        try:
            return call(*arguments, **named)
        except exc.DBAPIError as error:
            is_over = is_writing() or committed() != before or time.monotonic() > latest
            if is_over or not was_undone(error):
                raise
        start_over()
        time.sleep(_dice.uniform(0.5, 1.5) * PAUSE_SECONDS * 2**repeat)
    return call(*arguments, **named)


def was_undone(error):
    """Whether the transaction was undone and may succeed if repeated."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _UNDONE

"""Once more, when the database has undone a transaction through no fault of its own.

Postgres ends a deadlock by undoing one of those that wait for each other (40P01), and may undo one that cannot be put in
an order with the others (40001). A connection that breaks takes its transaction with it. Whoever it strikes only has to come
again, so a front need not send the client away for it. A call is repeated as a whole, from reading to the answer, and only if
nothing of it was committed before, or may have been: what has to happen once then happens once. SQLite, with one writer at a
time and a file, knows none of these.
"""

import secrets
import time

from sqlalchemy import exc

from . import committed, is_writing, start_over  # the first also for a front that repeats by other means

REPEATS = 5
PAUSE_SECONDS = 0.03  # on average before the first one; each further one doubles it
PATIENCE_SECONDS = 4  # no repeat begins later: Postgres takes a second to notice, an answer may take ten
_UNDONE = frozenset(("40P01", "40001"))  # SQLSTATE: deadlock_detected, serialization_failure
_dice = secrets.SystemRandom()


def insist(call, *arguments, **named):
    """What ``call`` returns, made up to ``REPEATS`` times more while the database undoes it. Raises what it raises."""
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
    """Whether a transaction is undone that may as well be carried out."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _UNDONE

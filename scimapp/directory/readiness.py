"""Whether this deployment can do its work now: the tables fit the code, and what is owed leaves in time."""

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import exc, select, text

from .. import database
from ..database import db, schema
from . import clock
from .model import OutboxMail

ROOM = 64 * 1024  # bytes; what a change writes, more or less
LATE = timedelta(minutes=15)  # a mail that is due for longer says that no mail worker runs


def schema_fits():
    """Whether the database answers and is at the revision of this code. Raises what ``UNAVAILABLE`` names."""
    return schema.state(db.session.connection())[0] == schema.CURRENT


class _TakenBack(Exception):
    """What was written was only tried."""


def check_writable():
    """Raise what ``UNAVAILABLE`` names when nothing can be written now: locked for long, a full disk, or a server that only reads."""
    if db.engine.dialect.name == "sqlite":
        try:
            with database.writing():
                database.run("UPDATE alembic_version SET version_num = version_num")
                raise _TakenBack
        except _TakenBack:
            pass  # nothing of it reaches the disk
        _check_room(Path(db.engine.url.database).parent)
    elif db.session.scalar(text("SELECT current_setting('transaction_read_only')")) == "on":
        raise exc.OperationalError("checking", None, Exception("the server takes no writes"))


def _check_room(folder):
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
    except OSError as error:
        raise exc.OperationalError("checking", None, error) from error


def is_mail_late():
    """Whether a mail has been due for ``LATE``, or waits for a mail server that is away for as long."""
    before = clock.now() - LATE
    due = select(OutboxMail.seq).where(OutboxMail.state == "waiting", OutboxMail.next_attempt_at < before)
    away = select(OutboxMail.seq).where(OutboxMail.state == "waiting", OutboxMail.unreachable_since < before)
    return any(db.session.execute(query.limit(1)).first() is not None for query in (due, away))

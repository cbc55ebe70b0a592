"""Whether this deployment can work now: the tables match the code, and mails leave in time."""

import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import exc, select, text

from ... import database
from ...database import db, schema
from .. import clock
from ..model import OutboxMail

_RIGHTS = text(
    "SELECT current_setting('transaction_read_only') = 'on',"
    " has_table_privilege('users', 'SELECT') AND has_table_privilege('users', 'INSERT')"
)
ROOM = 64 * 1024  # bytes; about what a change writes
LATE = timedelta(minutes=15)  # a mail overdue for longer shows that no mail worker runs


def schema_fits():
    """Whether the schema is at the revision of this code. Raises ``UNAVAILABLE`` if the database does not answer."""
    return schema.state(db.session.connection())[0] == schema.CURRENT


class _TakenBack(Exception):
    """Rolls the trial write back."""


def check_writable():
    """Raise one of ``UNAVAILABLE`` if nothing can be written now: a long lock, a full disk, or a read-only server."""
    if db.engine.dialect.name == "sqlite":
        try:
            with database.writing():
                database.run("UPDATE alembic_version SET version_num = version_num")
                raise _TakenBack
        except _TakenBack:
            pass  # rolled back before anything reaches the disk
        _check_room(Path(db.engine.url.database).parent)
        return
    is_read_only, may_write = db.session.execute(_RIGHTS).one()
    if is_read_only:
        database.disconnect()  # the next connections may be to a server that takes them
        raise exc.OperationalError("checking", None, Exception("the server takes no writes"))
    if not may_write:
        raise exc.OperationalError("checking", None, Exception("permission denied for table users"))


def _check_room(folder):
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
    except OSError as error:
        raise exc.OperationalError("checking", None, error) from error


def is_mail_late():
    """Whether a mail has been overdue for ``LATE``, or has waited that long for a mail server that does not answer."""
    before = clock.now() - LATE
    due = select(OutboxMail.seq).where(OutboxMail.state == "waiting", OutboxMail.next_attempt_at < before)
    away = select(OutboxMail.seq).where(OutboxMail.state == "waiting", OutboxMail.unreachable_since < before)
    return any(db.session.execute(query.limit(1)).first() is not None for query in (due, away))

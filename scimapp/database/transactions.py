"""The ``db`` object and transactions that write. What each database needs on connect stands in ``engines``.

A transaction that will write says so (``writing``): on SQLite it takes the write lock at its beginning, because one that
read first and then wants to write would lose updates or be refused at once.

A transaction that writes begins on the driver's connection, where prepared statements run (``statements``); the session
joins it when it is first used inside.
"""

import logging
import threading
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, exc

from . import engines, idle_connections
from .base import Base
from .idle_connections import FOR_STATEMENTS
from .write_queue import NOTE_SECONDS, WriteQueue


class _Held(threading.local):
    """What a thread works with, see ``at_hand`` and ``writing``."""

    context = its_engine = None  # the application context, by its id, and the engine of its application
    engine = pooled = connection = None  # a connection of the pool, its engine, and the driver's own inside it
    joined = None  # SQLAlchemy's, once the session is used in a transaction that writes
    is_writing = False
    committed = 0  # transactions that wrote, or may have


_held = _Held()


class JoiningSession(Session):
    """The session of an application context; inside ``writing`` it works on that transaction's connection."""

    def get_bind(self, *arguments, **options):
        pooled = _held.pooled if is_writing() else None
        if pooled is None:
            return super().get_bind(*arguments, **options)
        _deliver()  # before whatever the session is about to ask
        if _held.joined is None:
            _held.joined = Connection(_held.engine, connection=pooled)
        return _held.joined


db = SQLAlchemy(model_class=Base, session_options={"class_": JoiningSession, "expire_on_commit": False})
_sqlite_queue = WriteQueue()
is_waited_for = _sqlite_queue.is_waited_for  # whether a thread waits for the end of ``writing``; never on Postgres
_log = logging.getLogger("scimapp.database")


def init_app(app):
    """Bind ``db`` to an application and prepare its engine."""
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    with app.app_context():
        idle_connections.watch(db.engine)
        if db.engine.dialect.name == "sqlite":
            engines.prepare_sqlite(db.engine, _has_begun)
        else:
            engines.prepare_postgres(db.engine)


def disconnect():
    """Close every connection of this process."""
    let_go_of_driver()
    db.session.remove()
    db.engine.dispose()


@contextmanager
def writing(*, is_note=False):
    """One transaction that writes: commits at the end, rolls back when the body raises.

    Whatever the session has read so far belongs to an older snapshot: it is let go first (rows keep their values).
    ``is_note``: written in passing, so that nobody is kept waiting for it long. Raises OperationalError, TimeoutError.
    """
    start_over()
    engine = current_engine()
    is_sqlite = engine.dialect.name == "sqlite"
    seconds = _sqlite_queue.patience(is_note) if is_sqlite else NOTE_SECONDS if is_note else None
    if is_sqlite:
        let_go_of_driver()  # it may be the one that whoever writes now is looking for
        _sqlite_queue.take_turn(seconds)
    try:
        takes_it = _held.engine is not engine
        _begin_sqlite(_take(engine, to_write=True), seconds) if is_sqlite else _begin_postgres(_take(engine), takes_it)
        _held.is_writing, _held.joined = True, None
        try:
            if seconds is not None and not is_sqlite:
                # Not with BEGIN: a connection that broke is replaced there, and what waits on it would stay behind.
                run(f"SET LOCAL lock_timeout = {int(seconds * 1000)}", [()], way="later")
            yield db.session
            flush()
            _commit()
        except BaseException as error:
            _undo(error)
            raise
        finally:
            _held.is_writing, _held.joined = False, None
            if takes_it:
                let_go_of_driver(is_writers=is_sqlite)
    finally:
        if is_sqlite:
            _sqlite_queue.end_turn()


def _begin_sqlite(held, seconds):
    """``seconds`` to wait for other processes; None as long as usual."""
    if seconds is not None:
        run(f"PRAGMA busy_timeout={int(seconds * 1000)}", held=held)
    try:
        run("BEGIN IMMEDIATE", held=held)
    except exc.OperationalError:
        _sqlite_queue.gave_up(seconds)
        raise
    finally:
        if seconds is not None:
            run(f"PRAGMA busy_timeout={engines.BUSY_MS}")
    _sqlite_queue.went_on()


def _begin_postgres(held, is_untried):
    """``is_untried``: this work has not used the connection, so BEGIN finds out whether it broke while it waited."""
    way, arguments = ("execute", ()) if is_untried else ("later", [()])
    run("BEGIN", arguments, way=way, held=held)


def _commit():
    if _held.joined is not None:
        _deliver()
    try:
        if _held.joined is not None:
            db.session.commit()
        else:
            run("COMMIT", held=_held)
    except exc.DBAPIError as error:
        # The server may have done it and found nobody to tell.
        _held.committed += error.connection_invalidated and not getattr(error.orig, "is_undone", False)
        raise
    _held.committed += 1


def is_writing():
    """Whether this thread is inside ``writing``."""
    return _held.is_writing


def committed():
    """How many transactions of this thread were committed so far, and those of which nobody can tell."""
    return _held.committed


def start_over():
    """Let go of what the session has read; rows keep their values."""
    if _has_session():
        db.session.close()


def flush():
    """Send what the session holds back, so that prepared statements see it."""
    if _has_session():
        db.session.flush()


def _has_session():
    """Whether the session was used in this application context; most calls have none, as is seen without a look at that."""
    registry = db.session.registry
    return bool(registry.registry) and registry.has()


def run(text, arguments=(), *, way="execute", is_again=False, held=None):
    """The driver's cursor after a statement has run on what is ``at_hand``. Raises what SQLAlchemy raises for it.

    ``way`` is the connection's method: "execute", "executemany" for rows of arguments, or what ``way_of_sending`` says. ``held``
    is ``at_hand()`` of whoever has asked for it already. A connection that broke while it waited is replaced, once, where no
    transaction goes with it.
    """
    held = held or at_hand()
    try:
        return getattr(held.connection, way)(text, arguments)
    except held.engine.dialect.loaded_dbapi.Error as error:
        told = _translated(text, error, held.engine.dialect)
        if is_again or not told.connection_invalidated or held.is_writing:
            raise told from error
    return run(text, arguments, way=way, is_again=True)


def way_of_sending(held):
    """The ``way`` of ``run`` for rows of arguments where nobody needs the outcome: at once, or with what is run next."""
    return "later" if held.is_writing and held.engine.dialect.name == "postgresql" else "executemany"


def _deliver():
    """Run what was left to the next statement."""
    if _held.engine.dialect.name == "postgresql":
        try:
            _held.connection.deliver()
        except _held.engine.dialect.loaded_dbapi.Error as error:
            raise _translated(None, error, _held.engine.dialect) from error


def at_hand():
    """What this thread works with: the ``engine`` in use and, taken from it if need be, the ``connection`` that statements run on:
    that of ``writing``, or one that reads without a transaction, this thread's until the end of the application context.
    """
    return _held if _held.is_writing else _take(current_engine())


def _take(engine, *, to_write=False):
    """``at_hand`` with a connection of this engine."""
    held = _held
    if held.engine is not engine:
        let_go_of_driver()
        pooled = idle_connections.take(engine, to_write=to_write) or _connected(engine)
        held.engine, held.pooled, held.connection = engine, pooled, pooled.info[FOR_STATEMENTS]
    return held


def current_engine():
    """``db.engine``, looked up once an application context."""
    context = db.session.registry.scopefunc()
    if context != _held.context:
        _held.context, _held.its_engine = context, db.engine
    return _held.its_engine


def _connected(engine):
    try:
        pooled = engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise _translated("connect", error, engine.dialect) from error
    pooled.info[FOR_STATEMENTS] = engines.for_statements(pooled.driver_connection, engine.dialect)
    return pooled


def let_go_of_driver(error=None, *, is_writers=False):
    """Give back what ``at_hand`` took; with an ``error`` that broke it, so that nobody gets it again; or after it wrote."""
    if _held.is_writing and error is None:
        return  # an application context inside that of a writer ends
    engine, pooled = _held.engine, _held.pooled
    _held.engine = _held.pooled = _held.connection = None
    if pooled is None:
        return
    if error is None and pooled.is_valid:
        is_wanted = is_writers and _sqlite_queue.is_waited_for()
        idle_connections.put(engine, pooled, engines.CONNECTIONS, has_written=is_writers, is_wanted=is_wanted)
        return
    if pooled.is_valid:
        pooled.invalidate(error)
    pooled.close()
    idle_connections.forget(engine)


def _has_begun(connection):
    """Whether ``writing`` has begun the transaction of this connection already."""
    return connection is _held.joined


def _let_go(_error):
    """Give everything back before Flask-SQLAlchemy does. The answer stands already: a connection that broke since then
    must not take it away, or a write that was committed would be answered with a fault.
    """
    _held.context = None
    try:
        let_go_of_driver()
        start_over()
    except exc.DBAPIError:
        _log.warning("a connection broke at the end of a request")
        db.session.registry.clear()


def _undo(error):
    """Roll back after an ``error``, whatever is left of the connection."""
    pooled = _held.pooled
    try:
        if _held.joined is not None:
            db.session.rollback()
        if pooled is not None and pooled.is_valid:
            _held.connection.rollback()
            return
    except (exc.DBAPIError, current_engine().dialect.loaded_dbapi.Error) as broken:
        error = broken  # for the pool: what made us roll back is what will be told
    let_go_of_driver(error)  # it may have broken under the session, which tells nobody here


def _translated(text, error, dialect):
    is_gone = dialect.is_disconnect(error, _held.pooled and _held.pooled.driver_connection, None)
    if is_gone:
        let_go_of_driver(error)
    return engines.translated(text, error, dialect, is_gone=is_gone)

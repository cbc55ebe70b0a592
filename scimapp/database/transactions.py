"""The ``db`` object and transactions that write. ``engines`` holds what each database needs on connect.

A transaction that will write says so (``writing``). On SQLite it takes the write lock at its beginning: one that read first
and wrote later would lose updates or be refused at once.

A transaction that writes begins on the driver's connection, where prepared statements run (``statements``); the session
joins it when it is first used inside.
"""

import logging
import threading
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, exc

from . import engines, file_in_place, idle_connections, write_ahead_log
from .base import Base
from .idle_connections import FOR_STATEMENTS
from .write_queue import NOTE_SECONDS, WriteQueue


class _Held(threading.local):
    """The connections that a thread holds, see ``at_hand`` and ``writing``."""

    context = its_engine = None  # the application context, by its id, and the engine of its application
    engine = pooled = connection = None  # a connection of the pool, its engine, and the driver's own inside it
    joined = None  # SQLAlchemy's, once the session is used in a transaction that writes
    is_writing = False
    committed = 0  # number of transactions that wrote, or may have


_held = _Held()


class JoiningSession(Session):
    """The session of an application context; inside ``writing`` it works on that transaction's connection."""

    def get_bind(self, *arguments, **options):
        pooled = _held.pooled if is_writing() else None
        if pooled is None:
            return super().get_bind(*arguments, **options)
        _deliver()  # before the session's own statement
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
            # The transaction of a connection that the session joined was begun by ``writing``.
            engines.prepare_sqlite(db.engine, has_begun=lambda connection: connection is _held.joined)
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

    What the session has read so far belongs to an older snapshot, so its transaction is ended first (rows keep their
    values). ``is_note``: an optional write that must not wait long. Raises OperationalError, TimeoutError.
    """
    start_over()
    engine = current_engine()
    is_sqlite = engine.dialect.name == "sqlite"
    seconds = _sqlite_queue.patience(is_note) if is_sqlite else NOTE_SECONDS if is_note else None
    if is_sqlite:
        let_go_of_driver()  # the thread that writes next may want this connection
        _sqlite_queue.take_turn(seconds)
    try:
        takes_it = _held.engine is not engine
        _begin_sqlite(_take(engine, to_write=True), seconds) if is_sqlite else _begin_postgres(_take(engine), takes_it)
        _held.is_writing, _held.joined = True, None
        try:
            if seconds is not None and not is_sqlite:
                # Sent after BEGIN, not with it: BEGIN replaces a broken connection, and steps waiting on that would be lost.
                run(f"SET LOCAL lock_timeout = {int(seconds * 1000)}", [()], way="later")
            yield db.session
            flush()
            unflushed = _commit()
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
    if unflushed:  # others may write by now
        unflushed()


def _begin_sqlite(held, seconds):
    file_in_place.check(held.pooled)
    try:
        with engines.busy_for(held.connection, seconds):
            write_ahead_log.settle(held.pooled)
            run("BEGIN IMMEDIATE", held=held)
    except exc.OperationalError as error:
        _sqlite_queue.gave_up(seconds)
        if engines.is_read_only(error):
            disconnect()  # connections of a process share what tells them so
        raise
    _sqlite_queue.went_on()


def _begin_postgres(held, is_untried):
    """``is_untried``: this work has not used the connection yet, so BEGIN finds out whether it broke while idle."""
    way, arguments = ("execute", ()) if is_untried else ("later", [()])
    run("BEGIN", arguments, way=way, held=held)


def _commit():
    if _held.joined is not None:
        _deliver()
    log = write_ahead_log.of(_held.pooled)
    version = log and run(write_ahead_log.VERSION, held=_held).fetchone()
    try:
        if _held.joined is not None:
            db.session.commit()
        else:
            run("COMMIT", held=_held)
    except exc.DBAPIError as error:
        # The server may have committed without being able to report it.
        _held.committed += error.connection_invalidated and not getattr(error.orig, "is_undone", False)
        raise
    _held.committed += 1
    return log and log.unflushed(version)


def is_writing():
    """Whether this thread is inside ``writing``."""
    return _held.is_writing


def committed():
    """How many transactions of this thread were committed so far, counting those whose outcome is unknown."""
    return _held.committed


def start_over():
    """End the session's read transaction; rows keep their values."""
    if _has_session():
        db.session.close()


def flush():
    """Write the session's pending changes, so that prepared statements see them."""
    if _has_session():
        db.session.flush()


def _has_session():
    """Whether the session was used in this application context. Most calls never use it, which is seen cheaply."""
    registry = db.session.registry
    return bool(registry.registry) and registry.has()


def run(text, arguments=(), *, way="execute", is_again=False, held=None):
    """The driver's cursor after a statement has run on the connection ``at_hand``. Raises SQLAlchemy's exceptions.

    ``way`` is the connection's method: "execute", "executemany" for rows of arguments, or the result of
    ``way_of_sending``. ``held`` is the result of ``at_hand()`` if the caller has it already. A connection that broke
    while idle is replaced once, unless a transaction is lost with it.
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
    """The ``way`` of ``run`` for rows of arguments whose outcome is not needed: at once, or with the next statement."""
    return "later" if held.is_writing and held.engine.dialect.name == "postgresql" else "executemany"


def _deliver():
    """Run the statements that wait for the next one."""
    if _held.engine.dialect.name == "postgresql":
        try:
            _held.connection.deliver()
        except _held.engine.dialect.loaded_dbapi.Error as error:
            raise _translated(None, error, _held.engine.dialect) from error


def at_hand():
    """The thread's _Held, with the ``engine`` in use and the ``connection`` that statements run on, taken
    if necessary. It is the one of ``writing``, or one that reads without a transaction and is the thread's
    until the application context ends.
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
    """``db.engine``, looked up once per application context."""
    context = db.session.registry.scopefunc()
    if context != _held.context:
        _held.context, _held.its_engine = context, db.engine
    return _held.its_engine


def _connected(engine):
    try:
        pooled = engine.raw_connection()
        write_ahead_log.watch(pooled, engine.dialect)
    except engine.dialect.loaded_dbapi.Error as error:
        raise _translated("connect", error, engine.dialect) from error
    pooled.info[FOR_STATEMENTS] = engines.for_statements(pooled.driver_connection, engine.dialect)
    return pooled


def let_go_of_driver(error=None, *, is_writers=False):
    """Give back the connection of ``at_hand``. One broken by ``error`` is not reused. ``is_writers``: it just wrote."""
    if _held.is_writing and error is None:
        return  # an application context nested in a writer's ends
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


def _let_go(_error):
    """Give everything back before Flask-SQLAlchemy does. The answer is ready: a connection that has broken since must not
    replace it, or a committed write would be answered with an error.
    """
    _held.context = None
    try:
        let_go_of_driver()
        start_over()
    except exc.DBAPIError:
        _log.warning("a connection broke at the end of a request")
        db.session.registry.clear()


def _undo(error):
    """Roll back after an ``error``, even on a broken connection. One that takes no writes is given up."""
    pooled = _held.pooled
    try:
        if _held.joined is not None:
            db.session.rollback()
        if pooled is not None and pooled.is_valid:
            _held.connection.rollback()
            if not engines.is_read_only(error):
                return
    except (exc.DBAPIError, current_engine().dialect.loaded_dbapi.Error) as broken:
        error = broken  # only for the pool; the caller raises the original error
    let_go_of_driver(error)  # it may have broken under the session, unnoticed here


def _translated(text, error, dialect):
    is_gone = dialect.is_disconnect(error, _held.pooled and _held.pooled.driver_connection, None)
    if is_gone:
        let_go_of_driver(error)
    return engines.translated(text, error, dialect, is_gone=is_gone)

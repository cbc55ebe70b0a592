"""Transactions that write. ``engines`` holds what each database needs on connect.

A transaction that will write says so (``writing``). On SQLite it takes the write lock at its beginning: one that read first
and wrote later would lose updates or be refused at once.

It begins on the driver's connection, where prepared statements run; the session joins it when it is first used inside
(``held_connections``).
"""

import logging
from contextlib import contextmanager

from sqlalchemy import exc

from . import driver_errors, engines, idle_connections
from .base import complete_for
from .held_connections import ENGINE, current_engine, db, deliver, let_go_of_driver, of_thread, run, take
from .sqlite import file_in_place, write_ahead_log
from .sqlite.unchanged import VERSION, keep_beside
from .sqlite.write_queue import NOTE_SECONDS, WriteQueue

_sqlite_queue = WriteQueue()
is_waited_for = _sqlite_queue.is_waited_for  # whether a thread waits for the end of ``writing``; never on Postgres
_log = logging.getLogger("scimapp.database")


def init_app(app):
    """Bind ``db`` to an application and prepare its engine."""
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    with app.app_context():
        app.extensions[ENGINE] = db.engine
        idle_connections.watch(db.engine)
        if db.engine.dialect.name == "sqlite":
            # The transaction of a connection that the session joined was begun by ``writing``.
            engines.prepare_sqlite(db.engine, has_begun=lambda connection: connection is of_thread.held.joined)
        else:
            engines.prepare_postgres(db.engine)
        complete_for(db.engine.dialect.name)


def disconnect():
    """Close every connection of this process."""
    let_go_of_driver()
    db.session.remove()
    db.engine.dispose()


@contextmanager
def writing(*, is_note=False):
    """One transaction that writes: commits at the end, rolls back when the body raises.

    What the session has read so far belongs to an older snapshot, so its transaction is ended first (rows keep their
    values). ``is_note``: an optional write that must not wait long. Raises OperationalError, TimeoutError, and
    Overtaken where something goes ahead.
    """
    start_over()
    mine = of_thread.held
    engine = current_engine()
    is_sqlite = engine.dialect.name == "sqlite"
    seconds = _sqlite_queue.patience(is_note) if is_sqlite else NOTE_SECONDS if is_note else None
    if is_sqlite and not _sqlite_queue.takes_turn_at_once():
        let_go_of_driver()  # the thread that writes next may want this connection
        _sqlite_queue.take_turn(seconds)
    try:
        if is_sqlite and not idle_connections.wrote_last(engine, mine.pooled):
            let_go_of_driver()
        takes_it = is_sqlite or mine.engine is not engine
        _begin_sqlite(take(engine, to_write=True), seconds) if is_sqlite else _begin_postgres(take(engine), takes_it)
        mine.is_writing, mine.joined, mine.touched = True, None, set()
        mine.changes, mine.version = mine.connection.total_changes if is_sqlite else None, None
        try:
            if mine.ahead is not None:
                mine.ahead.goes_with(mine.connection)  # on Postgres BEGIN may have replaced one that broke while idle
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
            mine.is_writing, mine.joined, mine.gathered = False, None, None
            if takes_it:
                let_go_of_driver(has_written=is_sqlite, is_wanted=is_sqlite and is_waited_for())
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
        if driver_errors.is_read_only(error):
            disconnect()  # connections of a process share what tells them so
        raise
    _sqlite_queue.went_on()


def _begin_postgres(held, is_untried):
    """``is_untried``: this work has not used the connection yet, so BEGIN finds out whether it broke while idle. If something
    went ahead, BEGIN goes with it, and nothing of this transaction is done where it is refused.
    """
    goes_behind = held.ahead is not None and held.ahead.goes_with(held.connection)
    way, arguments = ("execute", ()) if is_untried and not goes_behind else ("later", [()])
    run("BEGIN", arguments, way=way, held=held)


def _commit():
    mine = of_thread.held
    if mine.joined is not None:
        deliver()
    log, changes, version = write_ahead_log.of(mine.pooled), mine.changes, mine.version
    if changes is not None and version is None:
        (version,) = run(VERSION, held=mine).fetchone()
    try:
        if mine.joined is not None:
            db.session.commit()
        else:
            run("COMMIT", held=mine)
    except exc.DBAPIError as error:
        # The server may have committed without being able to report it.
        mine.committed += error.connection_invalidated and not getattr(error.orig, "is_undone", False)
        raise
    mine.committed += 1
    if changes is not None and mine.joined is None:  # nobody tells what the session wrote
        keep_beside(mine.pooled, (version, changes), (version, mine.connection.total_changes), mine.touched)
    return log and log.unflushed(version)


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


def _let_go(_error):
    """Give everything back before Flask-SQLAlchemy does. The answer is ready: a connection that has broken since must not
    replace it, or a committed write would be answered with an error.
    """
    try:
        let_go_of_driver()
        start_over()
    except exc.DBAPIError:
        _log.warning("a connection broke at the end of a request")
        db.session.registry.clear()


def _undo(error):
    """Roll back after an ``error``, even on a broken connection. One that takes no writes is given up."""
    mine = of_thread.held
    pooled = mine.pooled
    try:
        if mine.joined is not None:
            db.session.rollback()
        if pooled is not None and pooled.is_valid:
            mine.connection.rollback()
            if not driver_errors.is_read_only(error):
                return
    except (exc.DBAPIError, current_engine().dialect.loaded_dbapi.Error) as broken:
        error = broken  # only for the pool; the caller raises the original error
    let_go_of_driver(error)  # it may have broken under the session, unnoticed here

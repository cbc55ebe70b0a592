"""The ``db`` object, and the connection that a thread has at hand: statements run on the driver's own connection
(``statements``), and the session joins it inside a transaction that writes (``transactions``).
"""

import threading
from collections import defaultdict
from contextlib import suppress
from operator import attrgetter

from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, exc

from . import driver_errors, engines, idle_connections, origins
from .ahead import AtBegin, Overtaken
from .base import Base
from .idle_connections import FOR_STATEMENTS
from .sqlite import write_ahead_log

ENGINE = "scimapp.engine"  # key in an application's ``extensions``


class Held:
    """The connections that a thread holds, see ``at_hand`` and ``transactions.writing``."""

    __slots__ = (
        "ahead", "changes", "committed", "connection", "engine", "gathered", "is_writing", "joined", "pooled", "touched", "version",
    )  # fmt: skip

    def __init__(self):
        self.engine = self.pooled = self.connection = None  # one of the pool, and the driver's own inside it
        self.joined = None  # SQLAlchemy's, once the session is used in a transaction that writes
        self.ahead = None  # the Ahead or AtBegin that decides whether this thread may write, until it is called off
        self.is_writing = False
        self.changes = None  # how many rows one of SQLite had changed when its transaction began; None on Postgres
        self.version = None  # ``unchanged.VERSION`` in this transaction, if that was asked
        self.gathered = None  # ``inserts.PreparedRows`` → rows, see ``gather``
        self.touched = None  # a set of what ``columns.touched_by`` tells of the statements of this transaction
        self.committed = 0  # number of transactions that wrote, or may have


class _OfThread(threading.local):
    """``held`` is the Held of the thread that asks. Each look costs seven times that of an attribute, so a function takes one."""

    def __init__(self):
        self.held = Held()


of_thread = _OfThread()


class JoiningSession(Session):
    """The session of an application context; inside ``writing`` it works on that transaction's connection, and elsewhere on
    one of its own, once what goes ahead has come: what it reads may be kept. Raises Overtaken.
    """

    def get_bind(self, *arguments, **options):
        mine = of_thread.held
        pooled = mine.pooled if mine.is_writing else None
        if pooled is None:
            if mine.ahead is not None and row_of(mine.ahead) is None:
                raise Overtaken
            return super().get_bind(*arguments, **options)
        deliver()  # before the session's own statement
        if mine.joined is None:
            mine.joined = Connection(mine.engine, connection=pooled)
        return mine.joined


# Returns the application context without the calls of Python behind the proxy. Raises LookupError where there is none.
_context = app_ctx.__wrapped__.get
db = SQLAlchemy(
    model_class=Base, session_options={"class_": JoiningSession, "expire_on_commit": False, "scopefunc": _context}
)


def is_writing():
    """Whether this thread is inside ``writing``."""
    return of_thread.held.is_writing


def committed():
    """How many transactions of this thread were committed so far, counting those whose outcome is unknown."""
    return of_thread.held.committed


def run(text, arguments=(), *, way="execute", is_again=False, held=None):
    """The driver's cursor after a statement has run on the connection ``at_hand``. Raises SQLAlchemy's exceptions.

    ``way`` is the connection's method: "execute", "executemany" for rows of arguments, or the result of
    ``way_of_sending``. ``held`` is the result of ``at_hand()`` if the caller has it already. A connection that broke
    while idle is replaced once, unless a transaction is lost with it.
    """
    held = held or at_hand()
    if held.gathered:
        send_gathered()
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


def gather(inserted, rows):
    """Keep rows of a ``inserts.PreparedRows`` until the next statement of this thread or COMMIT, to be sent together with all
    others gathered by then. Only inside ``writing``.
    """
    mine = of_thread.held
    if mine.gathered is None:
        mine.gathered = defaultdict(list)
    mine.gathered[inserted] += rows


def send_gathered():
    """Send what ``gather`` was given, table by table, and no row before those that it refers to."""
    mine = of_thread.held
    gathered, mine.gathered = mine.gathered, None
    for inserted in sorted(gathered, key=attrgetter("depth")) if len(gathered) > 1 else gathered:
        inserted.send_many(gathered[inserted])


def asks_ahead():
    """Whether a statement that decides about those behind it can go with the first of them. Takes no connection."""
    return not of_thread.held.is_writing and current_engine().dialect.name == "postgresql"


def asks_at_begin():
    """Whether ``at_begin`` can decide about what this thread does: on SQLite, as long as it has no connection."""
    return of_thread.held.pooled is None and current_engine().dialect.name == "sqlite"


def at_begin(ask):
    """The AtBegin of ``ask()``, which is asked behind BEGIN of the first transaction that writes, or before anything is read.
    Until ``call_off`` nothing of this thread is written or read unless it returns a row. Only where one ``asks_at_begin``.
    """
    ahead = of_thread.held.ahead = AtBegin(ask)
    return ahead


def deliver():
    """Run the statements that wait for the next one."""
    mine = of_thread.held
    if mine.gathered:
        send_gathered()
    if mine.engine.dialect.name == "postgresql":
        try:
            mine.connection.deliver()
        except mine.engine.dialect.loaded_dbapi.Error as error:
            raise _translated(None, error, mine.engine.dialect) from error


def row_of(ahead):
    """The row of an Ahead as the driver returns it, or what an AtBegin was told, asked for now if it has not come. None if it
    refused what follows, or was lost with its connection. Raises SQLAlchemy's exceptions.
    """
    if isinstance(ahead, AtBegin):
        with suppress(Overtaken):
            ahead.goes_with(None)
    elif not ahead.has_come and of_thread.held.connection is ahead.connection:
        try:
            deliver()
        except Overtaken:
            pass
        except exc.DBAPIError as error:
            if not error.connection_invalidated:
                raise
    return ahead.row


def call_off():
    """End the wait for what goes ahead, if anything does: this thread writes as usual again."""
    mine = of_thread.held
    ahead, mine.ahead = mine.ahead, None
    if ahead is not None:
        ahead.call_off()


def at_hand():
    """The thread's Held, with the ``engine`` in use and the ``connection`` that statements run on, taken
    if necessary. It is the one of ``writing``, or one that reads without a transaction and is the thread's
    until the application context ends. Raises Overtaken if what goes ahead of a read on SQLite is refused.
    """
    held = of_thread.held
    if held.is_writing:
        return held
    take(current_engine())
    if held.ahead is not None:
        held.ahead.goes_before_reading()
    return held


def origin():
    """What tells the database of the connection at hand from others under its address, see ``origins``. None if it is in
    memory.
    """
    held = of_thread.held
    if not held.is_writing:
        take(current_engine())  # nothing is read here
    return held.pooled.info.get(origins.KEY)


def take(engine, *, to_write=False):
    """``at_hand`` with a connection of this engine."""
    held = of_thread.held
    if held.engine is not engine:
        if held.engine is not None:
            let_go_of_driver()
        pooled = idle_connections.take(engine, to_write=to_write) or _connected(engine)
        held.engine, held.pooled, held.connection = engine, pooled, pooled.info[FOR_STATEMENTS]
    return held


def current_engine():
    """``db.engine`` in a tenth of its steps. Raises LookupError outside of an application context."""
    return _context().app.extensions[ENGINE]


def _connected(engine):
    try:
        pooled = engine.raw_connection()
        write_ahead_log.watch(pooled, engine.dialect)
    except engine.dialect.loaded_dbapi.Error as error:
        raise _translated("connect", error, engine.dialect) from error
    pooled.info[FOR_STATEMENTS] = engines.for_statements(pooled.driver_connection, engine.dialect)
    return pooled


def let_go_of_driver(error=None, *, has_written=False, is_wanted=False):
    """Give back the connection of ``at_hand``. One broken by ``error`` is not reused; for the others see
    ``idle_connections.put``.
    """
    mine = of_thread.held
    if mine.is_writing and error is None:
        return  # an application context nested in a writer's ends
    engine, pooled = mine.engine, mine.pooled
    mine.engine = mine.pooled = mine.connection = None
    if pooled is None:
        return
    if mine.ahead is not None:
        mine.ahead.call_off()  # who takes this connection next has nothing to do with it
    if error is None and pooled.is_valid:
        idle_connections.put(engine, pooled, engines.CONNECTIONS, has_written=has_written, is_wanted=is_wanted)
        return
    if pooled.is_valid:
        pooled.invalidate(error)
    pooled.close()
    idle_connections.forget(engine)


def _translated(text, error, dialect):
    mine = of_thread.held
    is_gone = dialect.is_disconnect(error, mine.pooled and mine.pooled.driver_connection, None)
    is_gone = is_gone or driver_errors.ends_connection(error)
    if is_gone:
        let_go_of_driver(error)
    return driver_errors.translated(text, error, dialect, is_gone=is_gone)

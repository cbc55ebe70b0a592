"""The ``db`` object, and what SQLite and Postgres each need on connect.

SQLite: WAL, ``synchronous=FULL`` (an acknowledged deactivation survives a power cut), foreign keys, and an explicit
BEGIN. The driver's own transaction handling neither rolls back DDL nor takes the write lock before a read-then-write,
which loses updates; here a transaction that will write says so (``writing``) and starts with BEGIN IMMEDIATE.

A transaction that writes begins on the driver's connection, where prepared statements run (``statements``); the session
joins it when it is first used inside.
"""

import threading
from contextlib import contextmanager, nullcontext

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, MetaData, event, exc, inspect
from sqlalchemy.orm import DeclarativeBase

BUSY_TIMEOUT_MS = 10_000
CONNECTIONS = 12  # kept open by a process: its threads read on one each and the workers beside them
CACHED_STATEMENTS = 512  # SQLite keeps the plans of this many texts
# Constraint names are needed by migrations on both databases and to tell which rule an IntegrityError broke.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)
_POSTGRES_OPTIONS = "-c timezone=UTC -c lock_timeout=10000 -c statement_timeout=30000"


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(naming_convention=NAMING)


_held = threading.local()  # see ``driver_connection`` and ``writing``


class JoiningSession(Session):
    """The session of an application context; inside ``writing`` it works on that transaction's connection."""

    def get_bind(self, *arguments, **options):
        pooled = _held.pooled if is_writing() else None
        if pooled is None:
            return super().get_bind(*arguments, **options)
        if _held.joined is None:
            _held.joined = Connection(_held.engine, connection=pooled)
        return _held.joined


db = SQLAlchemy(model_class=Base, session_options={"class_": JoiningSession, "expire_on_commit": False})
# Writers of one process queue here instead of in SQLite's sleep-and-retry, which is slower and unfair.
_sqlite_writer = threading.Lock()


def engine_options(database_url):
    """Engine arguments for a database address."""
    # hide_parameters: an error that is logged names the statement, not the people in it.
    if database_url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {
                "check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000, "cached_statements": CACHED_STATEMENTS,
            },
            "pool_size": CONNECTIONS,
            "max_overflow": CONNECTIONS,
        }  # fmt: skip
    return {
        "hide_parameters": True,
        "connect_args": {"options": _POSTGRES_OPTIONS},
        "pool_pre_ping": True,
        "pool_size": CONNECTIONS,
        "max_overflow": CONNECTIONS,
    }


def init_app(app):
    """Bind ``db`` to an application and prepare its engine."""
    db.init_app(app)
    app.teardown_appcontext(lambda _error: let_go_of_driver())
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)


def has_tables():
    """Whether migrations have run on this database at all."""
    return inspect(db.engine).has_table("alembic_version")


@contextmanager
def writing():
    """One transaction that writes: commits at the end, rolls back when the body raises.

    Whatever the session has read so far belongs to an older snapshot: it is let go first (rows keep their values).
    """
    if db.session.registry.has():
        db.session.close()
    is_sqlite = db.engine.dialect.name == "sqlite"
    with _sqlite_writer if is_sqlite else nullcontext():
        takes_it = _own_pooled() is None
        run("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        _held.is_writing, _held.joined = True, None
        try:
            yield db.session
            flush()
            if _held.joined is not None:
                db.session.commit()
            else:
                run("COMMIT")
        except BaseException:
            _undo()
            raise
        finally:
            _held.is_writing, _held.joined = False, None
            if takes_it:
                let_go_of_driver()


def is_writing():
    """Whether this thread is inside ``writing``."""
    return getattr(_held, "is_writing", False)


def flush():
    """Send what the session holds back, so that prepared statements see it."""
    if db.session.registry.has():
        db.session.flush()


def run(text, arguments=(), *, many=False):
    """The driver's cursor after a statement has run on ``driver_connection``. Raises what SQLAlchemy raises for it.

    ``many`` runs it once for each of ``arguments``.
    """
    connection = driver_connection()
    dialect = _held.engine.dialect
    try:
        if many:
            return connection.cursor().executemany(text, arguments)
        return connection.execute(text, arguments)
    except dialect.loaded_dbapi.Error as error:
        raise _translated(text, error, dialect) from error


def driver_connection():
    """The driver's own connection for this thread: that of ``writing``, or one that reads without a transaction.

    It is taken from the pool when first asked for and goes back at the end of the application context.
    """
    if _own_pooled() is None:
        let_go_of_driver()
        engine = db.engine
        try:
            pooled = engine.raw_connection()
        except engine.dialect.loaded_dbapi.Error as error:
            raise _translated("connect", error, engine.dialect) from error
        if engine.dialect.name == "postgresql":
            pooled.driver_connection.autocommit = True  # a transaction begins with BEGIN here
        _held.engine, _held.pooled, _held.connection = engine, pooled, pooled.driver_connection
    return _held.connection


def let_go_of_driver(error=None):
    """Give back what ``driver_connection`` took; with an ``error`` that broke it, so that nobody gets it again."""
    if is_writing() and error is None:
        return  # an application context inside that of a writer ends
    engine, pooled = getattr(_held, "engine", None), getattr(_held, "pooled", None)
    _held.engine = _held.pooled = _held.connection = None
    if pooled is None:
        return
    if error is not None:
        pooled.invalidate(error)
    elif engine.dialect.name == "postgresql":
        pooled.driver_connection.autocommit = False
    pooled.close()


def _own_pooled():
    return _held.pooled if getattr(_held, "engine", None) is db.engine else None


def _undo():
    """Roll back, whatever is left of the connection."""
    if _held.joined is not None:
        db.session.rollback()
    if _held.pooled is not None and _held.pooled.is_valid:
        _held.connection.rollback()


def _translated(text, error, dialect):
    is_gone = dialect.is_disconnect(error, getattr(_held, "connection", None), None)
    if is_gone:
        let_go_of_driver(error)
    return exc.DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=is_gone, dialect=dialect,
    )  # fmt: skip


def _prepare_sqlite(engine):
    @event.listens_for(engine, "connect")
    def _connect(connection, _record):
        connection.isolation_level = None  # no implicit BEGIN: see the module docstring
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection):
        if connection is not getattr(_held, "joined", None):  # there ``writing`` has begun
            connection.exec_driver_sql("BEGIN")

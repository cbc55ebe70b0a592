"""The ``db`` object, and what SQLite and Postgres each need on connect.

SQLite: WAL, ``synchronous=FULL`` (an acknowledged deactivation survives a power cut), foreign keys, and an explicit
BEGIN. The driver's own transaction handling neither rolls back DDL nor takes the write lock before a read-then-write,
which loses updates; here a transaction that will write says so (``writing``) and starts with BEGIN IMMEDIATE.
"""

import threading
from contextlib import contextmanager, nullcontext

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event, inspect
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


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
_held = threading.local()  # see ``driver_connection``
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
    db.session.close()
    with _sqlite_writer if db.engine.dialect.name == "sqlite" else nullcontext():
        connection = db.session.connection(execution_options={"scimapp_writes": True})
        _held.writer = connection.connection.driver_connection
        try:
            yield db.session
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _held.writer = None


def driver_connection():
    """The driver's own connection for this thread: that of ``writing``, or one that reads without a transaction.

    The latter is taken from the pool when first asked for and goes back at the end of the application context.
    """
    writer = getattr(_held, "writer", None)
    if writer is not None:
        return writer
    engine = db.engine
    if getattr(_held, "engine", None) is not engine:
        let_go_of_driver()
        pooled = engine.raw_connection()
        if engine.dialect.name == "postgresql":
            pooled.driver_connection.autocommit = True
        _held.reader, _held.engine = pooled, engine
        _held.connection = pooled.driver_connection
    return _held.connection


def let_go_of_driver(error=None):
    """Give back what ``driver_connection`` took; with an ``error`` that broke it, so that nobody gets it again."""
    engine, pooled = getattr(_held, "engine", None), getattr(_held, "reader", None)
    _held.engine = _held.reader = _held.connection = None
    if pooled is None:
        return
    if error is not None:
        pooled.invalidate(error)
    elif engine.dialect.name == "postgresql":
        pooled.driver_connection.autocommit = False
    pooled.close()


def _prepare_sqlite(engine):
    @event.listens_for(engine, "connect")
    def _connect(connection, _record):
        connection.isolation_level = None  # no implicit BEGIN: see the module docstring
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection):
        writes = connection.get_execution_options().get("scimapp_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

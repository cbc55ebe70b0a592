"""What SQLite and Postgres each need of their connections: settings, patience, and errors that mean the same.

SQLite: WAL, ``synchronous=FULL`` (an acknowledged deactivation survives a power cut), foreign keys, and an explicit
BEGIN, because the driver's own transaction handling does not roll back changes of tables.
"""

import os
import sqlite3
from functools import partial

from sqlalchemy import event, exc

from . import idle_connections
from .write_queue import BUSY_SECONDS, QUEUE_SECONDS

BUSY_MS = BUSY_SECONDS * 1000
CONNECT_SECONDS = 5
CHECKPOINT_PAGES = 4_000  # 16 MB of the log: pages that are written again and again go to the file once
WAL_BYTES = 64 * 1024 * 1024  # what is kept of the write-ahead log after a checkpoint, however long it grew
CONNECTIONS = 12  # kept open by a process: its threads read on one each and the workers beside them
CACHED_STATEMENTS = 512  # SQLite keeps the plans of this many texts
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA busy_timeout={BUSY_MS}",
    f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
    f"PRAGMA journal_size_limit={WAL_BYTES}",
)
# What reads everybody takes some ten milliseconds: less than to compile it (jit), and half of what it takes together with others of
# the server's processes, each of which makes the lists of the statement for itself. A list that is longer than there is room for
# would not be hashed but gone through, for each person again: who is in no group took more than the time of a statement.
_POSTGRES_OPTIONS = (
    "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 -c hash_mem_multiplier=16"
    " -c lock_timeout=8000 -c statement_timeout=30000"
)
# A server that went without a goodbye (power, network) is given up after about ten seconds, not after hours.
_POSTGRES_PATIENCE = {
    "connect_timeout": CONNECT_SECONDS, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
_READ_ONLY = "25006"  # SQLSTATE: a standby that was not promoted, or a server that was told to keep still
_TOO_MUCH = "54"  # class of SQLSTATE: a statement beyond what Postgres can do, which psycopg takes for a busy server
_PRIMARY = 0xFF  # of SQLite's codes; the bits above tell the kinds of one


def engine_options(database_url):
    """Engine arguments for a database address."""
    # hide_parameters: an error that is logged names the statement, not the people in it.
    if database_url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {
                "check_same_thread": False, "timeout": BUSY_SECONDS, "cached_statements": CACHED_STATEMENTS,
            },
            "pool_size": CONNECTIONS,
            "max_overflow": CONNECTIONS,
            "pool_timeout": QUEUE_SECONDS,
        }  # fmt: skip
    return {
        "hide_parameters": True,
        "connect_args": {"options": _POSTGRES_OPTIONS, **_POSTGRES_PATIENCE},
        "pool_pre_ping": True,
        "pool_use_lifo": True,  # whose connection went to somebody else leave an empty place: it is filled last
        "pool_timeout": QUEUE_SECONDS,
        "pool_size": CONNECTIONS,
        "max_overflow": CONNECTIONS,
    }


def for_statements(connection, dialect):
    """What prepared statements run on: the driver's ``connection`` on SQLite, what the server keeps for it on Postgres."""
    if dialect.name == "sqlite":
        return connection
    from .server_statements import ServerStatements  # with the driver, which SQLite does without

    return ServerStatements(connection)


def translated(text, error, dialect, *, is_gone=False):
    """What SQLAlchemy raises for an ``error`` of the driver, without the parameters of the statement.

    An OperationalError is one of the database, which may be over when somebody comes again; what no repetition mends, such
    as a column that is not there, is a ProgrammingError.
    """
    kind = _kind(error)
    if kind is not None:
        return kind(text, None, error, hide_parameters=True)
    return exc.DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=is_gone, dialect=dialect,
    )  # fmt: skip


def _kind(error):
    """The class of an ``error`` to which its driver gives the wrong one, else None."""
    if isinstance(error, sqlite3.OperationalError):
        is_fault = getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_ERROR
        return exc.ProgrammingError if is_fault else None
    state = getattr(error, "sqlstate", None) or ""
    if state == _READ_ONLY:
        return exc.OperationalError
    return exc.ProgrammingError if state.startswith(_TOO_MUCH) else None


def _translate_errors(engine):
    """``translated`` for what runs past ``database.run``: the session, and migrations."""

    @event.listens_for(engine, "handle_error")
    def _translate(context):
        error = context.original_exception
        if _kind(error) is not None:
            raise translated(context.statement, error, engine.dialect) from error


def prepare_postgres(engine):
    """A server that takes no writes, or says nothing, is unavailable, through every door. Where it takes nobody, connections go to
    whoever needs them.
    """
    from .refusals import Door  # with the driver, which SQLite does without
    from .silence import Watch

    watch = Watch(Door(partial(idle_connections.spare, engine), partial(idle_connections.in_use, engine)))
    _translate_errors(engine)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect, _record, arguments, options):
        return watch.connect(*arguments, **options)


def _keep_private(file):
    """Let nobody else read the database: SQLite gives its other files the rights of this one.

    A folder that is gone or may not be written to is a database that is away, as it is where SQLite finds out.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise sqlite3.OperationalError(f"unable to open database file {file}: {error.strerror}") from error


# For a None without an adapter the driver looks for one by several names, raises inside and goes on, for each value that it binds.
sqlite3.register_adapter(type(None), {}.get)


def prepare_sqlite(engine, has_begun):
    """Every connection: our pragmas and an explicit BEGIN, unless ``has_begun(connection)``."""
    _translate_errors(engine)

    @event.listens_for(engine, "do_connect")
    def _create(_dialect, _record, arguments, _options):
        file = arguments[0]
        if file != ":memory:" and not file.startswith("file:") and not os.path.exists(file):
            _keep_private(file)

    @event.listens_for(engine, "connect")
    def _connect(connection, _record):
        connection.isolation_level = None  # no implicit BEGIN
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection):
        if not has_begun(connection):
            connection.exec_driver_sql("BEGIN")

"""What SQLite and Postgres each need of their connections: settings and timeouts.

SQLite: WAL, ``synchronous=FULL`` (an acknowledged deactivation survives a power cut; ``write_ahead_log`` takes over from
it), foreign keys, and an explicit BEGIN, because the driver's own transaction handling does not roll back schema
changes.
"""

import os
import sqlite3
from contextlib import contextmanager, nullcontext
from functools import partial
from time import monotonic_ns

from sqlalchemy import event

from . import idle_connections, origins
from .driver_errors import translate_on
from .sqlite.file_in_place import Place, is_plain, unopened
from .sqlite.write_queue import BUSY_SECONDS, QUEUE_SECONDS

BUSY_MS = BUSY_SECONDS * 1000
CONNECT_SECONDS = 5
CHECKPOINT_PAGES = 4_000  # 16 MB of the log: pages that are written repeatedly go to the file once
WAL_BYTES = 64 * 1024 * 1024  # the write-ahead log is cut to this after a checkpoint, however long it grew
CONNECTIONS = 12  # kept open by a process: one for each serving thread, and some for the workers
CACHED_STATEMENTS = 512  # SQLite keeps the plans of this many statement texts
# Columns named ``name [octets]`` come as bytes (``directory.sql.functions.octets``). Of any other column the driver asks for the type of
# each value, and lets go of Python's lock for that.
AS_STORED = "octets"
# Key in a connection's info: when its transaction began, and what it had changed itself by then.
BEGAN = "scimapp.began"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    f"PRAGMA busy_timeout={BUSY_MS}",
    f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}",
    f"PRAGMA journal_size_limit={WAL_BYTES}",
    "PRAGMA schema_version",  # a first read, which opens the write-ahead log
)
# A query that reads everybody takes some ten milliseconds. Compiling it (jit) takes longer, and parallel workers double its
# CPU, because each builds the lists of the statement for itself. A list too long for hash memory would be scanned for each
# person instead of hashed: people in no group then took longer than ``statement_timeout``.
_POSTGRES_OPTIONS = (
    "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 -c hash_mem_multiplier=16"
    " -c lock_timeout=8000 -c statement_timeout=30000"
)
# A server that vanished without closing connections (power, network) is given up after about ten seconds, not after hours.
_POSTGRES_PATIENCE = {
    "connect_timeout": CONNECT_SECONDS, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
_AS_USUAL = nullcontext()


def engine_options(database_url):
    """Engine arguments for a database address."""
    # hide_parameters: a logged error names the statement, not the people in it.
    if database_url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "connect_args": {
                "check_same_thread": False, "timeout": BUSY_SECONDS, "cached_statements": CACHED_STATEMENTS,
                "detect_types": sqlite3.PARSE_COLNAMES,
            },
            "pool_use_lifo": True,  # one that was used before can tell what has changed since, see ``snapshots``
            "pool_size": CONNECTIONS,
            "max_overflow": CONNECTIONS,
            "pool_timeout": QUEUE_SECONDS,
        }  # fmt: skip
    return {
        "hide_parameters": True,
        "connect_args": {"options": _POSTGRES_OPTIONS, "client_encoding": "utf8", **_POSTGRES_PATIENCE},
        "pool_pre_ping": True,
        "pool_use_lifo": True,  # places emptied by ``spare`` are filled last
        "pool_timeout": QUEUE_SECONDS,
        "pool_size": CONNECTIONS,
        "max_overflow": CONNECTIONS,
    }


def for_statements(connection, dialect):
    """The object that prepared statements run on: the driver's ``connection`` on SQLite, ServerStatements on Postgres."""
    if dialect.name == "sqlite":
        return connection
    from .postgres.server_statements import ServerStatements  # imports the driver, which SQLite does not need

    return ServerStatements(connection)


def prepare_postgres(engine):
    """Treat a server that takes no writes, or does not answer, as unavailable on every path. If it refuses connections, idle
    ones of the process go to the threads that need them.
    """
    from .postgres.refusals import Door  # imports the driver, which SQLite does not need
    from .postgres.silence import Watch

    watch = Watch(Door(partial(idle_connections.spare, engine), partial(idle_connections.in_use, engine)))
    translate_on(engine)

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect, _record, arguments, options):
        try:
            return watch.connect(*arguments, **options)
        except engine.dialect.loaded_dbapi.ProgrammingError as error:  # an option in the address that there is not
            raise engine.dialect.loaded_dbapi.OperationalError(str(error).strip()) from error

    event.listen(engine, "connect", origins.note_postgres)


def _keep_private(file):
    """Make the database private to its owner. SQLite gives its other files the rights of this one.

    A folder that is missing or not writable counts as an unavailable database, just as when SQLite finds out.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise unopened(file, error) from error


@contextmanager
def _naming(file):
    """Add the name of the file to what SQLite says of one that it cannot open or set up."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        error.args = (f"{error}: {file}",)
        raise


# Without an adapter for None the driver tries several look-ups and an internal exception for each None that it binds.
sqlite3.register_adapter(type(None), {}.get)
sqlite3.register_converter(AS_STORED, bytes.__bytes__)  # returns what it gets, in a step without a call of Python


def prepare_sqlite(engine, has_begun):
    """Set our pragmas on every connection, and issue an explicit BEGIN unless ``has_begun(connection)``."""
    translate_on(engine)
    place = Place(engine)

    @event.listens_for(engine, "do_connect")
    def _create(_dialect, _record, arguments, options):
        file = arguments[0]
        place.refuse_another()
        if is_plain(file) and not os.path.exists(file):
            _keep_private(file)
        with _naming(file):
            return engine.dialect.loaded_dbapi.connect(*arguments, **options)

    @event.listens_for(engine, "connect")
    def _connect(connection, record):
        connection.isolation_level = None  # no implicit BEGIN
        with _naming(engine.url.database):
            for pragma in _PRAGMAS:
                connection.execute(pragma)
        place.remember(record)

    @event.listens_for(engine, "begin")
    def _begin(connection):
        if not has_begun(connection):
            connection.info[BEGAN] = monotonic_ns(), connection.connection.driver_connection.total_changes
            connection.exec_driver_sql("BEGIN")


def busy_for(connection, seconds):
    """Let a connection of SQLite wait at most ``seconds`` for other processes; None means as long as usual."""
    return _AS_USUAL if seconds is None else _busy_for(connection, seconds)


@contextmanager
def _busy_for(connection, seconds):
    connection.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")

"""How gunicorn serves scimapp: ``gunicorn --config python:scimapp.gunicorn_conf wsgi:app``.

Everything an operator changes comes from the settings; the rest are decisions. ``GUNICORN_CMD_ARGS`` still wins over
this file, for instance ``--bind 0.0.0.0:8000`` in a container. Threads share one worker's CPU: more of them do not make
it faster, they let it wait for the database. Requests of slow clients are collected outside of them (``serving``).
"""

import ctypes
import gc
import os
import sys

from .database.schema import SchemaError, check_before_serving
from .private_files import open_to_others
from .request_log import json_lines
from .scim_api.access.rate_limit import ScimLimits, Seats
from .serving import large_pages, open_files, places
from .serving.shares import Shares
from .serving.turns import Turns
from .settings import Settings, SettingsError

try:
    _settings = Settings.from_environment()
except SettingsError as problem:
    sys.exit(f"scimapp cannot start: {problem}")

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
bind = f"127.0.0.1:{_settings.port}"
workers = _settings.web_concurrency
# The sync worker closes every connection, which costs SCIM clients two thirds of the speed.
worker_class = "scimapp.serving.worker.PatientWorker"
threads = 8
# The other threads stand in for waiting ones; with Postgres each statement waits.
_AT_ONCE = 2 if _settings.database_url.startswith("sqlite") else 4
worker_connections = open_files.room_for(1_000)  # per process; further ones wait in the kernel
keepalive = 75  # seconds; longer than a proxy in front keeps its idle connections
timeout = 60  # seconds without a sign of life until a worker is replaced
graceful_timeout = 20
max_requests = 100_000  # then a process finishes what it began and another takes its place, whatever it had gathered
max_requests_jitter = 20_000  # so that not all processes of a server end at once
limit_request_line = 8190  # SCIM filters arrive in the URL
secure_scheme_headers = {}  # SCIMAPP_TRUSTED_PROXIES decides which proxies to trust
umask = 0o077  # whatever is written belongs to the server's user alone
control_socket_disable = True  # it would be one socket in the home directory for every instance
accesslog = None  # the application writes one line per request itself
errorlog = "-"
loglevel = "warning"
logconfig_dict = json_lines()
proc_name = _settings.product_name


def on_starting(server):
    """Make what the processes share before the first fork. During a reload there are twice as many for a while."""
    for name in _settings.unknown:
        server.log.warning("%s is no setting of this version and changes nothing; README.md lists them", name)
    for file in open_to_others(_settings):
        server.log.warning("every user of this machine can read %s: chmod 600", file)
    _check_place(server)
    _check_tables(server.log)
    server.seats = Seats()
    seats = 2 * server.cfg.workers + 2
    server.limits, server.shares = ScimLimits(_settings.scim_rate, seats=seats), Shares(seats)


def pre_fork(server, worker):
    worker.limits, worker.seat = server.limits, server.seats.take()
    worker.turns, worker.share = Turns(_AT_ONCE), server.shares.at(worker.seat)


def child_exit(server, worker):
    server.seats.leave(worker.seat)
    server.shares.leave(worker.seat)


def _check_tables(log):
    """Refuse to start with tables that this code does not know. An unavailable database is waited for (see ``/readyz``)."""
    try:
        if trouble := check_before_serving(_settings.database_url):
            log.warning("the database does not answer and is waited for: %s", trouble)
    except SchemaError as problem:
        sys.exit(f"scimapp cannot start: {problem}")


def _check_place(server):
    """Refuse to start in one line where another program listens. Sockets of systemd or of a server before are there already."""
    if "LISTEN_FDS" in os.environ or server.master_pid:
        return
    if trouble := places.why_not(server.cfg.address, shared=server.cfg.reuse_port):
        sys.exit(f"scimapp cannot start: {trouble}")


def when_ready(server):
    """Tell the person at the terminal where to go; supervisors keep the line in their log."""
    print(f"{_settings.product_name} is served at {_settings.external_url} (stop with Ctrl+C)", flush=True)


def post_worker_init(worker):
    """Every worker process sends mails, carries out batches and logs its calls; leases keep them out of each other's way."""
    _share_memory_among_threads()
    gc.collect()
    gc.freeze()  # imported objects stay for good: the collector need not scan them
    large_pages.gather()
    from .batch_worker import BatchWorker
    from .mail.worker import Worker
    from .scim_api.calls.log_worker import LogWorker

    worker.wsgi.extensions["scimapp.scim_limits"] = worker.limits.at(worker.seat)
    worker.background = [LogWorker(worker.wsgi).start()]
    if _settings.batch_worker:
        worker.background.append(BatchWorker(worker.wsgi).start())
    if _settings.outbox_worker:
        worker.background.append(Worker(worker.wsgi).start())
    if not _settings.database_url.startswith("sqlite"):
        from .statistics_worker import StatisticsWorker

        worker.background.append(StatisticsWorker(worker.wsgi).start())


def _share_memory_among_threads():
    """Limit glibc to two arenas instead of one for nearly every thread: large bodies then leave a third less memory
    behind.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have no such pools
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)


def worker_exit(server, worker):
    """Finish the current work before the process ends."""
    for background in getattr(worker, "background", ()):
        background.ask_to_stop()
    for background in getattr(worker, "background", ()):
        background.stop()

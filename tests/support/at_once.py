"""Calls of the directory that start together, each in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
from sqlalchemy import func, select

from scimapp.database import db, flush, is_waited_for
from scimapp.directory.errors import DirectoryError
from scimapp.directory.unit_of_work import unit_of_work

from .databases import database_address


def at_once(app, *calls):
    """Run the calls in threads that start together; returns results and directory errors in order."""
    gate = Barrier(len(calls))

    def run(call):
        with app.app_context():
            gate.wait()
            try:
                return call()
            except DirectoryError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def overtaken(app, scope, send, change):
    """What ``send()`` returns if ``change()`` comes between what it reads and what it writes: it does not see the change before
    the end of that unit, for which it waits.
    """
    db.session.close()
    with ThreadPoolExecutor(1) as pool:
        with unit_of_work(scope) as work:
            change()
            flush()
            sent = pool.submit(send)
            if work.writes_alone:
                while not (sent.done() or is_waited_for()):
                    pass
            else:
                _wait_until_blocked(app, sent)
        return sent.result()


def begun(app, pool, call):
    """The future of ``call`` in a thread of ``pool``, as soon as it waits for the transaction of this thread or is done; on Postgres."""
    future = pool.submit(at_once, app, call)
    _wait_until_blocked(app, future)
    return future


def _wait_until_blocked(app, future):
    """Wait until something waits for the transaction of this thread, or ``future`` is done; on Postgres."""
    pid = db.session.scalar(select(func.pg_backend_pid()))
    with psycopg.connect(database_address(app), autocommit=True) as looking:
        waits = "SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        while not future.done() and looking.execute(waits, [pid]).fetchone() is None:
            pass

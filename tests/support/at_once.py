"""Calls of the directory that start together, each in a thread of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from scimapp.database import db
from scimapp.directory.errors import DirectoryError


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

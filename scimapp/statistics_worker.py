"""The thread that has Postgres collect statistics of tables that have grown, and lets go of what nobody reads any more about lists that
have changed, in a server process. Two processes do not do the same work: each finds what the other has left.
"""

import threading

from .background import Background
from .database.postgres import statistics
from .directory.availability import UNAVAILABLE


class StatisticsWorker(Background):
    """Looks for such tables until ``stop`` is called."""

    away = UNAVAILABLE

    def __init__(self, app):
        super().__init__(app, name="statistics", bell=threading.Event())

    def work(self):
        with self.app.app_context():
            statistics.renew()
        return False

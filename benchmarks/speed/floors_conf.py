"""Unmodified gunicorn serves the floors: its own threaded worker, no log, as many threads as scimapp has.

A floor is what anybody gets who puts Flask and SQLite behind gunicorn. The worker of scimapp costs less than gunicorn's
(docs/decisions/0063). With it F would be a third lower, and would say less about Flask and SQLite and nothing more.
"""

from scimapp.gunicorn_conf import bind, keepalive, threads, timeout, workers

__all__ = ["bind", "keepalive", "threads", "timeout", "worker_class", "workers"]
worker_class = "gthread"

"""The floors are served by gunicorn as it comes: its own threaded worker, nothing logged, as many threads as scimapp has.

A floor is what anybody gets who puts Flask and SQLite behind gunicorn. The worker that scimapp brings costs less than that
one (docs/decisions/0063); under it F would be a third lower, which would tell of Flask and SQLite less and of nothing more.
"""

from scimapp.gunicorn_conf import bind, keepalive, threads, timeout, workers

__all__ = ["bind", "keepalive", "threads", "timeout", "worker_class", "workers"]
worker_class = "gthread"

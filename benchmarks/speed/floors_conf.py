"""The shipped gunicorn configuration for the floors: all but what works beside the requests."""

from scimapp.gunicorn_conf import *  # noqa: F403

del post_worker_init, worker_exit, when_ready  # noqa: F821

"""Between sockets and the application: the worker class that gunicorn runs (docs/decisions/0063)."""

"""The worker class that gunicorn runs between sockets and the application (docs/decisions/0063)."""

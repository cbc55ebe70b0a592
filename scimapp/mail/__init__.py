"""What is sent: messages made from the outbox, the way to the mail server, and the worker that empties the outbox.

Nothing runs by itself in an application: gunicorn starts the worker (``gunicorn_conf``), and ``flask outbox run`` does.
"""

"""What is sent: mails that the outbox owes are written, handed to a mail server and marked, by one worker a process.

The rows and their rules stand in ``directory.outbox.outbox``; this part turns a row into a text and the text into a delivery.
Nothing runs by itself in an application: gunicorn starts the worker (``gunicorn_conf``), and ``flask outbox run`` does.
"""

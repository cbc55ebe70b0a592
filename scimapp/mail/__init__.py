"""Sending mail: one worker per process writes the mails that the outbox owes, hands them to a mail server and marks them.

``directory.outbox.outbox`` has the rows and their rules; this part turns a row into a text and delivers it. An application
does not start the worker by itself: gunicorn does (``gunicorn_conf``), and so does ``flask outbox run``.
"""

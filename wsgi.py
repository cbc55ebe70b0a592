"""The entry point of gunicorn (``wsgi:app``) and of the command line (``flask --app wsgi``)."""

from scimapp import create_app

app = create_app()

"""The entry point of gunicorn (``wsgi:app``) and of the command line (``flask --app wsgi``)."""

import sys

from scimapp import create_app
from scimapp.settings import SettingsError

try:
    app = create_app()
except SettingsError as problem:
    sys.exit(f"scimapp cannot start: {problem}")

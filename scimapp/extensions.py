"""The extension objects, made once and bound to an application by the factory. No logic lives here."""

import os
import struct
import sys

try:
    from flask_babel import Babel
except (AssertionError, OSError, ValueError, struct.error):  # Babel reads the file that TZ names, whatever stands in it
    if not os.environ.get("TZ"):
        raise
    sys.exit(f"scimapp cannot start: TZ is {os.environ['TZ']!r}, a file that is no time zone")
from flask_login import LoginManager
from flask_mail import Mail
from flask_wtf.csrf import CSRFProtect

login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
mailer = Mail()  # not `mail`: an attribute of that name would be overwritten by the subpackage scimapp.mail

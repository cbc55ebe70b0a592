"""The extension objects, made once and bound to an application by the factory. No logic lives here."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_mail import Mail
from flask_wtf.csrf import CSRFProtect

login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
mailer = Mail()  # not `mail`: an attribute of that name would be overwritten by the subpackage scimapp.mail

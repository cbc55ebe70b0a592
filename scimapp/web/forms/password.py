"""Forms with the own password: confirming who sits there, forgetting it, setting a new one."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from .base import Form

_OWN = {"autocomplete": "current-password", "value": ""}


class ConfirmForm(Form):
    """*Confirm it is you*."""

    confirm_password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=1024)], render_kw=_OWN
    )

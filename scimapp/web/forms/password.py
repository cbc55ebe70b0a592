"""Forms with the own password: confirming who sits there, forgetting it, setting a new one."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from .base import Form
from .new_password import PASSWORD_HINT, NewPassword

_OWN = {"autocomplete": "current-password", "value": ""}


class ConfirmForm(Form):
    """*Confirm it is you*."""

    confirm_password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=1024)], render_kw=_OWN
    )


class ForgotForm(Form):
    """*Set a new password*."""

    email = EmailField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)],
        render_kw={"autocomplete": "username"},
    )


class ResetForm(NewPassword, Form):
    """The page behind the link."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password."))],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password", "value": ""},
    )

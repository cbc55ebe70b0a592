"""Forms with the own password: confirming who sits there, forgetting it, setting a new one."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from .base import Form
from .new_password import PASSWORD_HINT, NewPassword

_OWN = {"autocomplete": "current-password", "value": ""}


class ConfirmForm(Form):
    """*Confirm it is you*."""

    confirm_password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Enter your password.")), Length(max=1024)], render_kw=_OWN
    )


class PresentPassword:
    """For forms that always ask for the own password, however fresh the session is."""

    present_password = PasswordField(
        _l("Your password"), validators=[InputRequired(_l("Enter your password.")), Length(max=1024)], render_kw=_OWN
    )


class OwnPasswordForm(NewPassword, PresentPassword, Form):
    """*Password* on the own profile."""

    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password.")), Length(max=1024)],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password", "value": ""},
    )

    def validate_password(self, field):
        if field.data == self.present_password.data:
            raise ValidationError(gettext("This is your password already."))


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

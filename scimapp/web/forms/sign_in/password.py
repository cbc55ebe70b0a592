"""Forms with the person's own password: confirming it, a forgotten one, and setting a new one."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from ..base import Form
from .credentials import NewPassword, must_be_address, new_password, own_address, own_password


class ConfirmForm(Form):
    """*Confirm it is you*."""

    confirm_password = own_password(**{"data-focus": True})  # all that the page is for


class PresentPassword:
    """For forms that always ask for the person's password, however fresh the session is."""

    present_password = own_password(_l("Your password"))


class OwnPasswordForm(NewPassword, PresentPassword, Form):
    """*Password* on the own profile."""

    password = new_password()

    def validate_password(self, field):
        if field.data == self.present_password.data:
            raise ValidationError(gettext("This is your password already."))


class ForgotForm(Form):
    """*Set a new password*."""

    email = own_address()
    validate_email = must_be_address


class ResetForm(NewPassword, Form):
    """The page behind the link for a new password."""

    password = new_password()

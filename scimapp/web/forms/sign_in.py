"""Forms of people who are not signed in: signing in, choosing an account, accepting, asking for a new link."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, RadioField
from wtforms.validators import InputRequired, Length

from .base import Form
from .new_password import PASSWORD_HINT, NewPassword


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=1024)],
        render_kw={"autocomplete": "current-password"},
    )


class ChooseAccountForm(Form):
    account = RadioField(_l("Account"), validators=[InputRequired(_l("Choose one of the accounts."))])


class AcceptForm(NewPassword, Form):
    password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Choose a password."))],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password", "value": ""},
    )


class RenewForm(Form):
    email = EmailField(
        _l("Your e-mail address"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=320)],
        render_kw={"autocomplete": "email"},
        description=_l("If an invitation is open for this address, a new link is on its way within a minute."),
    )

"""Forms of people who are not signed in: signing in, choosing an account, accepting, asking for a new link."""

from wtforms import EmailField, PasswordField, RadioField
from wtforms.validators import InputRequired, Length

from ...auth.passwords import WeakPassword, check_password
from .base import Form

PASSWORD_HINT = "At least 12 characters. A short sentence works well; very common passwords are refused."


class NewPassword:
    """For forms with a field ``password`` that sets one."""

    def accepts_password(self, **about):
        """Whether the typed password can be used; says why not beside its field."""
        try:
            check_password(self.password.data, **about)
        except WeakPassword as error:
            self.password.errors = [*self.password.errors, str(error)]
            return False
        return True


class SignInForm(Form):
    email = EmailField("E-mail address", validators=[InputRequired("Enter your e-mail address."), Length(max=320)])
    password = PasswordField("Password", validators=[InputRequired("Enter your password."), Length(max=1024)])


class ChooseAccountForm(Form):
    account = RadioField("Account", validators=[InputRequired("Choose one of the accounts.")])


class AcceptForm(NewPassword, Form):
    password = PasswordField(
        "New password", validators=[InputRequired("Choose a password.")], description=PASSWORD_HINT
    )


class RenewForm(Form):
    email = EmailField(
        "Your e-mail address",
        validators=[InputRequired("Enter your e-mail address."), Length(max=320)],
        description="If an invitation is open for this address, a new link is on its way within a minute.",
    )

"""The form of the first start."""

from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ...directory.accounts import AccountDraft
from .base import Form
from .sign_in import PASSWORD_HINT, NewPassword


class SetupForm(NewPassword, Form):
    inputs = {
        "name": "account_name",
        "owner_given_name": "given_name",
        "owner_family_name": "family_name",
        "owner_email": "email",
    }

    account_name = StringField(
        "Account name",
        validators=[InputRequired("Give the account a name."), Length(max=120)],
        description="Shown in mails and on every page. An Account ID is made for you and never changes.",
    )
    given_name = StringField("First name", validators=[InputRequired("Enter your first name."), Length(max=120)])
    family_name = StringField(
        "Family name",
        validators=[InputRequired("Enter your family name: directories read it."), Length(max=120)],
    )
    email = EmailField("E-mail address", validators=[InputRequired("Enter your e-mail address."), Length(max=320)])
    password = PasswordField("Password", validators=[InputRequired("Choose a password.")], description=PASSWORD_HINT)

    def draft(self, password_hash):
        """What the directory is asked to create."""
        return AccountDraft(
            self.account_name.data, self.email.data, self.given_name.data, self.family_name.data, password_hash
        )

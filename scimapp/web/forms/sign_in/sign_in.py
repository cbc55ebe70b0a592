"""Forms of people who are not signed in: signing in, choosing an account, accepting, asking for a new link."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from ..base import Form
from .credentials import NewPassword, must_be_address, new_password, own_address, own_password


class SignInForm(Form):
    email = own_address()
    password = own_password()


class ChooseAccountForm(Form):
    account = RadioField(_l("Account"), validators=[InputRequired(_l("Choose one of the accounts."))])

    def offer(self, known):
        """Let one of ``known``, [(person, name of the account)], be chosen."""
        self.account.choices = [SelectChoice(user.id, account) for user, account in known]


class AcceptForm(NewPassword, Form):
    password = new_password()


class RenewForm(Form):
    email = own_address(
        _l("Your e-mail address"),
        autocomplete="email",
        description=_l("If an invitation is open for this address, a new link is on its way within a minute."),
    )
    validate_email = must_be_address

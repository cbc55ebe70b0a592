"""The form of the first start."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired

from ....directory.accounts import accounts
from ....directory.accounts.account_settings import LONGEST_NAME
from ....directory.accounts.accounts import AccountDraft
from ....languages import language
from ..base import Form, at_most
from .credentials import NewPassword, new_password, own_address


class SetupForm(NewPassword, Form):
    inputs = {
        "name": "account_name",
        "owner_given_name": "given_name",
        "owner_family_name": "family_name",
        "owner_email": "email",
    }

    account_name = StringField(
        _l("Account name"),
        validators=[InputRequired(_l("Give the account a name.")), at_most(LONGEST_NAME)],
        description=_l("Shown in mails and on every page. An Account ID is made for you and never changes."),
        render_kw={"autocomplete": "organization"},
    )
    given_name = StringField(
        _l("First name"),
        validators=[InputRequired(_l("Enter your first name.")), at_most(120)],
        render_kw={"autocomplete": "given-name"},
    )
    family_name = StringField(
        _l("Family name"),
        validators=[InputRequired(_l("Enter your family name: directories read it.")), at_most(120)],
        render_kw={"autocomplete": "family-name"},
    )
    email = own_address()
    password = new_password(_l("Password"))

    def draft(self, password_hash):
        """The account to create, in the language of this page."""
        typed = (self.account_name, self.email, self.given_name, self.family_name)
        return AccountDraft(*(bound.data or "" for bound in typed), password_hash, language())

    def complaints(self):
        found = accounts.complaints(self.draft(password_hash=""))
        return [error for error in found if not self[self.inputs[error.attribute]].errors]

    def is_strong(self):
        """Whether a person of this name in this account can use the password; if not, says why beside its field."""
        names = (self.account_name.data, self.given_name.data, self.family_name.data)
        return self.accepts_password(email=self.email.data or "", names=names)

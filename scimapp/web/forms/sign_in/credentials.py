"""Inputs for signing in: the person's address, their password and a new one, and the check of a new password."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from ....auth.passwords import WeakPassword, check_password
from ....directory.people.profile import is_address
from ....languages import spoken

LONGEST_ADDRESS, LONGEST_PASSWORD = 320, 1024  # characters


def own_address(label=None, autocomplete="username", **named):
    """The e-mail address of the person who fills the form."""
    return EmailField(
        label or _l("E-mail address"),
        validators=[InputRequired(_l("Enter your e-mail address.")), Length(max=LONGEST_ADDRESS)],
        render_kw={"autocomplete": autocomplete},
        **named,
    )


def must_be_address(_form, field):
    """A check of an address to which a link is sent. No mail reaches what is none, so a refusal tells nothing of who is here."""
    text = (field.data or "").strip()
    if text and not is_address(text):
        raise ValidationError(
            gettext("“%(address)s” is not an e-mail address. Write it as name@example.com.", address=text)
        )


def own_password(label=None, **attributes):
    """The password that the person has; ``attributes`` are further ones of the input."""
    return PasswordField(
        label or _l("Password"),
        validators=[InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password", **attributes},
    )


def new_password(label=None):
    """The password that the person chooses: ``password`` of a NewPassword."""
    return PasswordField(
        label or _l("New password"),
        validators=[InputRequired(_l("Choose a password."))],
        description=_l("At least 12 characters. A short sentence works well; very common passwords are refused."),
        render_kw={"autocomplete": "new-password"},
    )


class NewPassword:
    """For forms whose ``password`` is a new one."""

    def accepts_password(self, **about):
        """Whether the typed password can be used; if not, says why beside its field. Call it after ``validate``."""
        if self.password.errors:
            return False
        try:
            check_password(self.password.data, **about)
        except WeakPassword as error:
            self.password.errors = [*self.password.errors, spoken(error.sentence)]
            return False
        return True

"""What every form that sets a password has in common."""

from flask_babel import lazy_gettext as _l

from ...auth.passwords import WeakPassword, check_password
from ...languages import spoken

PASSWORD_HINT = _l("At least 12 characters. A short sentence works well; very common passwords are refused.")


class NewPassword:
    """For forms with a field ``password`` that sets one."""

    def accepts_password(self, **about):
        """Whether the typed password can be used; says why not beside its field."""
        try:
            check_password(self.password.data, **about)
        except WeakPassword as error:
            self.password.errors = [*self.password.errors, spoken(error.sentence)]
            return False
        return True

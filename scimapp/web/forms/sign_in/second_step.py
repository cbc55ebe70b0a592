"""Forms with a code: of the authenticator app, or one of the recovery codes."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length, ValidationError

from ....directory.sign_in import totp
from ..base import Form

_SIX_DIGITS = _l("Type the six digits that your app shows.")
_PLAIN = {"autocapitalize": "off", "autocorrect": "off", "spellcheck": "false"}
_FOCUS = {"data-focus": True}  # of the input that is all that its page is for


def _code(**attributes):
    return StringField(
        _l("Code of your app"),
        validators=[InputRequired(_SIX_DIGITS), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", **_PLAIN, **attributes},
    )


class CodeForm(Form):
    """Six digits of the app."""

    code = _code()

    def validate_code(self, field):
        """What cannot be a code is no wrong one, and takes no try."""
        if totp.typed_code(field.data) is None:
            raise ValidationError(_SIX_DIGITS)


class SignInCodeForm(CodeForm):
    """Six digits of the app at sign-in."""

    code = _code(**_FOCUS)


class RecoveryCodeForm(Form):
    """One of the recovery codes."""

    code = StringField(
        _l("Recovery code"),
        validators=[InputRequired(_l("Type one of your recovery codes.")), Length(max=80)],
        render_kw={"autocomplete": "off", **_PLAIN, **_FOCUS},
    )

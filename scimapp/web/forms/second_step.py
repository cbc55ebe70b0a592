"""Forms with a code: of the authenticator app, or one of the recovery codes."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from .base import Form

_PLAIN = {"autocapitalize": "off", "autocorrect": "off", "spellcheck": "false"}


class CodeForm(Form):
    """Six digits of the app."""

    code = StringField(
        _l("Code of your app"),
        validators=[InputRequired(_l("Type the six digits that your app shows.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", **_PLAIN},
    )


class RecoveryCodeForm(Form):
    """One of the codes on paper."""

    code = StringField(
        _l("Recovery code"),
        validators=[InputRequired(_l("Type one of your recovery codes.")), Length(max=80)],
        render_kw={"autocomplete": "off", **_PLAIN},
    )

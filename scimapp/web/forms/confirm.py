"""Confirming what cannot be undone: people type the name shown, the server compares."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from .base import Form


class TypedForm(Form):
    """``wanted`` is the text to type; letter case is ignored."""

    typed = StringField(_l("Type it to confirm"), render_kw={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, *args, wanted, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.typed.label.text = gettext("Type “%(text)s” to confirm", text=wanted)

    def validate_typed(self, field):
        if (field.data or "").strip().casefold() != self.wanted.casefold():
            raise ValidationError(gettext("Type “%(text)s” exactly.", text=self.wanted))

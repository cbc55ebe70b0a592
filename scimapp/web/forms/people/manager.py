"""Boxes for a person: what is typed is completed by names and addresses of people here."""

from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from ....auth.guards import current_scope
from ....directory.errors import InvalidValue
from ....directory.people import managers
from ....languages import spoken
from ..base import strip
from .custom_values import is_altered


class PersonField(StringField):
    """A person, beside a ``datalist`` for the suggestions."""

    def __init__(self, label, **named):
        suggested = {
            "data-suggest": url_for("web.users_filter_people"),
            "list": "manager-options",
            "autocomplete": "off",
        }
        super().__init__(label, render_kw=suggested, **named)


class ManagerField(PersonField):
    """A person's manager: shows the name. ``value`` is what to store for the typed text, once the form is valid; ``person_id`` is whose
    manager this is.
    """

    person_id = None
    value = None

    def __init__(self, **named):
        hint = _l("The name or e-mail address of a person here.")
        super().__init__(_l("Manager"), filters=[strip], description=hint, **named)

    def pre_validate(self, form):
        if not is_altered(self):
            return
        try:
            self.value = managers.named(current_scope(), self.data or "", self.person_id)
        except InvalidValue as error:
            raise ValidationError(spoken(error.reason)) from error

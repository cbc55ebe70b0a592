"""The form of a custom field, and the question about people who have a removed option."""

import json

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import HiddenInput

from ...auth.guards import current_scope
from ...directory.fields.custom_fields import FieldDraft
from ...directory.fields.field_complaints import complaints as complaints_of
from ...directory.fields.field_edits import FieldChanges
from ...directory.fields.field_types import FIELD_TYPES
from ...directory.text_keys import fold_option
from ...languages import spoken
from .account.shown_settings import ShownSettings
from .base import Form, at_most
from .conflict import Difference, met, readable, shown_in

MOVE = "move-"  # prefix of a select's name, followed by the removed option


def _types():
    return [
        SelectChoice(kind.name, _("%(type)s (Okta: %(okta)s)", type=spoken(kind.label), okta=kind.okta_data_type))
        for kind in FIELD_TYPES.values()
    ]


class FieldForm(ShownSettings, Form):
    """Add or change a field. What was not altered is not sent: a directory may have added an option meanwhile."""

    label = StringField(
        _l("Label"),
        validators=[InputRequired(_l("Give the field a label.")), at_most(120)],
        description=_l("What people read in tables and forms. You can change it later."),
    )
    field_id = StringField(
        _l("Field ID"),
        validators=[at_most(200)],
        description=_l("Okta's “Variable name”. Left empty, it is made from the label. It cannot be changed later."),
    )
    type = SelectField(_l("Type"), choices=_types, default="text", description=_l("Fixed once a value is saved."))
    choices = TextAreaField(_l("Options"), description=_l("One option per line."))
    unknown_choice = SelectField(
        _l("An option the directory sends and nobody listed"),
        choices=[SelectChoice("refuse", _l("Is refused")), SelectChoice("add", _l("Is added to the options"))],
        default="refuse",
    )
    multi_valued = BooleanField(
        _l("Several values"), description=_l("For text, number and integer: a list in the directory.")
    )
    help_text = StringField(_l("Help text"), validators=[at_most(300)], description=_l("Shown under the input."))
    default_value = TextAreaField(
        _l("Default"),
        description=_l(
            "Filled in beforehand when you add a person here; people of a directory never get it. Yes or no for Yes/No, "
            "2026-11-23 for a date, one value a line for several."
        ),
    )
    show_in_list = BooleanField(_l("Column in User management"))
    people_may_edit = BooleanField(_l("People may edit it on their own profile"))
    required = BooleanField(
        _l("Required when adding a person here"), description=_l("The directory is never blocked by this.")
    )
    admins_only = BooleanField(_l("Only administrators see it"))
    place = SelectField(_l("Place in the list"), coerce=int, validate_choice=False)
    place_shown = IntegerField(widget=HiddenInput(), validators=[Optional()])
    edited = None  # the field that is edited, None for a new one
    _present = None  # its place in the list
    types_with_options = [kind.name for kind in FIELD_TYPES.values() if kind.has_choices]
    types_of_several = [kind.name for kind in FIELD_TYPES.values() if kind.may_be_multi_valued]

    def validate_default_value(self, field):
        """The directory's error would ask for true or false."""
        typed = self._default() or []
        lines = typed if isinstance(typed, list) else [typed]
        if self.type.data == "boolean" and {line.lower() for line in lines} - {"yes", "no", "true", "false"}:
            raise ValidationError(_("Write yes or no."))

    def complaints(self):
        if self.type.errors:
            return []
        found = complaints_of(current_scope(), self.draft(), self.edited)
        return [error for error in found if not self[error.attribute].errors]

    def offer_places(self, place, count):
        """Offer every place of the list; ``place`` is the present one, 1-based."""
        self._present, places = place, range(1, count + 1)
        self.place.choices = [
            SelectChoice(number, _("%(place)s of %(count)s", place=number, count=count)) for number in places
        ]
        if not self.place.raw_data:
            self.place.data = self.place_shown.data = place

    @property
    def wanted_place(self):
        """The chosen place, None if it was not altered: somebody else may have moved the field meanwhile."""
        chosen = bool(self.place.raw_data) and self.place.data != self.place_shown.data
        return self.place.data if chosen else None

    def _moved_meanwhile(self):
        shown = self.place_shown.data
        if None in (self.wanted_place, self._present, shown) or self._present in (shown, self.place.data):
            return ()
        theirs, yours = (readable(self.place, place) for place in (self._present, self.place.data))
        return (Difference("place", self.place.label.text, theirs, yours),)

    def draft(self):
        """The field to define, as a draft."""
        return FieldDraft(field_id=(self.field_id.data or "").strip() or None, **self._values())

    def note_shown(self, field):
        """Keep what the form shows of a stored field; a form that was sent already carries what it showed."""
        if self.base.raw_data is None:
            self.base.data = json.dumps(self._values() | {"choices": field.choices})

    def met(self, fresh):
        """Whether somebody else set a property or the place otherwise since the form was shown, see ``conflict.met``; options are
        joined.
        """
        merged = "\n".join(self.options)
        typed = {name: value for name, value in self._values().items() if name != "choices"}
        has_met = met(self, fresh, typed, self._moved_meanwhile())
        if has_met:
            self.choices.data = merged
            if self.wanted_place is None:
                self.place.data = self._present
            self.place_shown.data, self.place_shown.raw_data = self._present, None
        return has_met

    def changes(self):
        """The changes to the field; its Field ID never changes."""
        values, shown_before = self._values(), shown_in(self)
        values["choices"] = list(values["choices"])
        if "choices" in shown_before:
            shown_before["choices"] = list(self.edited.choices)  # ``options`` holds what happened to them meanwhile
        altered = [name for name in values if name not in shown_before or values[name] != shown_before[name]]
        return FieldChanges(**{name: values[name] for name in altered})

    @property
    def options(self):
        """The typed options, without empty lines and duplicates. Types without options do not send the input.

        Options that came since the form was shown stay, as they are spelled there, at the end if they were not typed as well;
        those that went do not come back.
        """
        typed = self.choices.data if self.choices.raw_data else ""
        lines = (line.strip() for line in typed.splitlines())
        typed = list(dict.fromkeys(line for line in lines if line))
        before = shown_in(self).get("choices")
        if self.edited is None or not isinstance(before, list) or self.edited.type != self.type.data:
            return typed
        stored = self.edited.choices
        if typed == before:
            return list(stored)
        come = {fold_option(option): option for option in stored if option not in before}
        kept = [option for option in typed if option in stored or option not in before or fold_option(option) in come]
        return list(dict.fromkeys([*(come.get(fold_option(option), option) for option in kept), *come.values()]))

    def _values(self):
        return {
            "label": self.label.data,
            "type": self.type.data,
            "choices": tuple(self.options),
            "unknown_choice": self.unknown_choice.data,
            "multi_valued": self.multi_valued.data,
            "required": self.required.data,
            "show_in_list": self.show_in_list.data,
            "help_text": (self.help_text.data or "").strip(),
            "default_value": self._default(),
            "people_may_edit": self.people_may_edit.data,
            "admins_only": self.admins_only.data,
        }

    def _default(self):
        words = {_("yes"): "yes", _("no"): "no"}  # as ``_default_text`` shows them
        typed = (line.strip() for line in (self.default_value.data or "").splitlines())
        lines = [words.get(line.lower(), line) for line in typed if line]
        holds_several = self.multi_valued.data or self.type.data == "multiselect"
        return (lines if holds_several else "\n".join(lines)) or None


def shown(field):
    """What the form shows for a stored field."""
    names = (
        "label", "field_id", "type", "unknown_choice", "multi_valued", "required", "show_in_list", "help_text",
        "people_may_edit", "admins_only",
    )  # fmt: skip
    texts = {"choices": "\n".join(field.choices), "default_value": _default_text(field.default_value)}
    return {name: getattr(field, name) for name in names} | texts


def moves_asked():
    """``{removed option: the one that its people get}`` of the answered question; "" if they keep theirs."""
    return {name.removeprefix(MOVE): value for name, value in request.form.items() if name.startswith(MOVE)}


def _default_text(value):
    items = value if isinstance(value, list) else [value]
    words = {True: _("yes"), False: _("no"), None: ""}
    return "\n".join(words[item] if item is None or isinstance(item, bool) else str(item) for item in items)

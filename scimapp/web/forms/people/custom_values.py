"""Inputs for custom fields, made from the account's own field list: one input type for each field type.

An input is named ``custom-<Field ID>``, so it never collides with the form's own inputs. The types in
``directory.fields.field_types`` decide which values are valid; asking them here shows all errors at once.
"""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, DateInput, DateTimeLocalInput, ListWidget

from ....auth.guards import current_scope
from ....directory.errors import InvalidValue
from ....directory.fields.field_types import accept, is_multi_valued
from ....directory.people.named_people import check_typed
from ....languages import spoken

PREFIX = "custom-"
_LOCAL = re.compile(r"[0-9-]{10}T[0-9:.]+")  # a date and time as browsers send it
NOT_SET = SelectChoice("", _l("Not set"))


def input_name(field):
    """The name of a custom field's input."""
    return f"{PREFIX}{field.field_id}"


def inputs_for(fields, values, *, enforce_required):
    """``{input name: unbound WTForms field}``. ``values`` are the stored ones, so that the inputs keep them all."""
    return {
        input_name(field): _input(field, values.get(field.field_id), enforce_required and field.required)
        for field in fields
    }


def initial(fields, values):
    """``{input name: what the input shows}`` for stored values."""
    return {input_name(field): _shown(field, values.get(field.field_id)) for field in fields}


def custom_changes(form, fields, locked=frozenset()):
    """``{Field ID: value}`` of the altered inputs; None for an emptied one."""
    return {
        field.field_id: accept(field, _typed(field, form[input_name(field)].data))
        for field in fields
        if is_altered(form[input_name(field)], input_name(field) in locked)
    }


def custom_values(form, fields):
    """``{Field ID: value}`` of every input with a value, for a new person; defaults count as typed."""
    typed = {field.field_id: accept(field, _typed(field, form[input_name(field)].data)) for field in fields}
    return {field_id: value for field_id, value in typed.items() if value is not None}


def is_altered(bound, is_locked=False):
    """Whether the sent value differs from the one shown. Locked inputs are only shown and not sent."""
    if not bound.raw_data and (is_locked or not isinstance(bound, CheckboxesField)):
        return False
    return differs(bound, bound.object_data)


def differs(bound, shown):
    """Whether the typed value differs from ``shown`` after both passed the input's filters."""
    for prepare in bound.filters:
        shown = prepare(shown)
    if isinstance(bound, CheckboxesField):  # a set: browsers send ticks in the order of the options
        return set(bound.data or ()) != set(shown or ())
    return (bound.data or None) != (shown or None)


class LinesField(TextAreaField):
    """Several values, one a line."""

    def _value(self):
        return "\n".join(str(item) for item in self.data or ())

    def process_formdata(self, valuelist):
        if valuelist:
            self.data = [line.strip() for line in valuelist[0].splitlines() if line.strip()]


class MomentField(StringField):
    """A date and time in UTC."""

    widget = DateTimeLocalInput()


class DayField(StringField):
    """A date, kept as its text: the directory reads it."""

    widget = DateInput()


class CheckboxesField(SelectMultipleField):
    """Any number of several options."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class Acceptable:
    """The directory accepts the value for this custom field, and a required field has one."""

    def __init__(self, field, required):
        self.custom_field, self.required = field, required
        self.field_flags = {"required": True} if required else {}

    def __call__(self, form, bound):
        if not self.required and not is_altered(bound):
            return  # a stored value that is no longer an option must not block other changes
        try:
            value = accept(self.custom_field, _typed(self.custom_field, bound.data))
            if is_altered(bound):
                check_typed(current_scope(), self.custom_field, value)
        except InvalidValue as error:
            reason = spoken(error.reason)
            raise ValidationError(reason[:1].upper() + reason[1:]) from error
        if value is None and self.required:
            raise ValidationError(_("%(label)s is needed here.", label=self.custom_field.label))


def _input(field, value, required):
    common = {
        "validators": [Acceptable(field, required)],
        "description": _description(field),
    }
    if field.type == "boolean":
        return SelectField(
            field.label, choices=[NOT_SET, SelectChoice("true", _("Yes")), SelectChoice("false", _("No"))], **common
        )
    if field.type == "dropdown":
        return SelectField(field.label, choices=[NOT_SET, *_options(field, [value] if value else [])], **common)
    if field.type == "multiselect":
        return CheckboxesField(field.label, choices=_options(field, value or ()), **common)
    if is_multi_valued(field):
        common["description"] = field.help_text or _("One value a line.")
        return LinesField(field.label, **common)
    return _SINGLE.get(field.type, StringField)(
        field.label, filters=[_strip], render_kw=_HINTS.get(field.type), **common
    )


def _description(field):
    """The hint always names the zone of a moment: UTC, because a change of the person's zone would alter what an open form
    shows.
    """
    aside = str(_ASIDES.get(field.type, ""))
    return " ".join(filter(None, (field.help_text, aside))) if field.type == "datetime" else field.help_text or aside


def _options(field, stored):
    """The options to choose from, including stored ones that are no longer offered."""
    gone = [item for item in stored if item not in field.choices]
    marked = [SelectChoice(item, _("%(option)s (no longer offered)", option=item)) for item in gone]
    return [*(SelectChoice(choice, choice) for choice in field.choices), *marked]


def _typed(field, data):
    """The typed value, as the directory reads it: the input of a moment has no zone, so this adds the Z of UTC."""
    return f"{data}Z" if field.type == "datetime" and data and _LOCAL.fullmatch(data) else data


def _shown(field, value):
    if value is None:
        return [] if is_multi_valued(field) else ""
    if is_multi_valued(field):
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if field.type == "boolean":
        return "true" if value else "false"
    return str(value).removesuffix("Z") if field.type == "datetime" else str(value)


def _strip(text):
    return text.strip().replace("\r\n", "\n") if isinstance(text, str) else text


_SINGLE = {
    "long_text": TextAreaField,
    "email": EmailField,
    "url": URLField,
    "phone": TelField,
    "date": DayField,
    "datetime": MomentField,
}
_ASIDES = {"datetime": _l("In UTC."), "user": _l("The e-mail address of a person here.")}
_HINTS = {
    "integer": {"inputmode": "numeric"},
    "number": {"inputmode": "decimal"},
    "datetime": {"step": "any"},
    "long_text": {"rows": 3},
}

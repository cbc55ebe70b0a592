"""The form of a custom field."""

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from ...directory.custom_fields import FieldChanges, FieldDraft
from ...directory.field_types import FIELD_TYPES
from .base import Form


class FieldForm(Form):
    """Add a field."""

    label = StringField(
        "Label",
        validators=[InputRequired("Give the field a label."), Length(max=120)],
        description="What people read in tables and forms. You can change it later.",
    )
    field_id = StringField(
        "Field ID",
        validators=[Length(max=200)],
        description="Okta's “Variable name”. Left empty, it is made from the label. It cannot be changed later.",
    )
    type = SelectField(
        "Type",
        choices=[
            SelectChoice(kind.name, f"{kind.label} (Okta: {kind.okta_data_type})") for kind in FIELD_TYPES.values()
        ],
        description="Fixed once a value is saved.",
    )
    choices = TextAreaField("Options", description="For dropdown and multi-select: one option per line.")
    unknown_choice = SelectField(
        "An option the directory sends and nobody listed",
        choices=[SelectChoice("refuse", "Is refused"), SelectChoice("add", "Is added to the options")],
    )
    multi_valued = BooleanField("Several values", description="For text, number and integer: a list in Okta.")
    required = BooleanField("Required when adding a person here", description="The directory is never blocked by this.")
    show_in_list = BooleanField("Column in User management")
    help_text = StringField("Help text", validators=[Length(max=300)], description="Shown under the input.")

    def draft(self):
        """The field to define."""
        return FieldDraft(field_id=(self.field_id.data or "").strip() or None, **self._values())

    def changes(self):
        """The changes of a field; the Field ID never changes."""
        values = self._values()
        return FieldChanges(**values | {"choices": list(values["choices"])})

    def _values(self):
        return {
            "label": self.label.data,
            "type": self.type.data,
            "choices": tuple(line.strip() for line in (self.choices.data or "").splitlines() if line.strip()),
            "unknown_choice": self.unknown_choice.data,
            "multi_valued": self.multi_valued.data,
            "required": self.required.data,
            "show_in_list": self.show_in_list.data,
            "help_text": (self.help_text.data or "").strip(),
        }


def shown(field):
    """What the form shows of a stored field."""
    names = ("label", "field_id", "type", "unknown_choice", "multi_valued", "required", "show_in_list", "help_text")
    return {name: getattr(field, name) for name in names} | {"choices": "\n".join(field.choices)}

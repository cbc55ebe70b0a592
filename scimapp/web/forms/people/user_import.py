"""The forms of a CSV import: the file, what its columns fill, and how new people start."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from ....directory.errors import UnreadableFile
from ....directory.imports import csv_table
from ....directory.imports.import_columns import EMAIL, EXTERNAL_ID, FIXED, LEFT_OUT
from ....directory.imports.import_plans import ACTIVE, INACTIVE, NOT_INVITED
from ....languages import spoken
from ..base import Form

COLUMN = "column-"  # followed by the place of the column, 1-based


class UploadForm(Form):
    """The file. ``table`` is its parsed content."""

    file = FileField(_l("CSV file"))
    match = RadioField(
        _l("Match people by"),
        choices=[SelectChoice(EMAIL, _l("E-mail")), SelectChoice(EXTERNAL_ID, _l("External ID"))],
        default=EMAIL,
        description=_l("Rows of people who are here already change these people; the others are new."),
    )
    table = None

    def validate_file(self, bound):
        sent = bound.data
        if not sent or not getattr(sent, "filename", ""):
            raise ValidationError(_("Choose a file."))
        try:
            self.table = csv_table.read(sent.stream.read(csv_table.MAXIMUM_BYTES + 1))
        except UnreadableFile as refused:
            bound.errors = [*bound.errors, *(spoken(problem) for problem in refused.problems)]
            raise ValidationError(bound.errors.pop()) from refused

    @property
    def file_name(self):
        """The file's name on the person's disk, without control characters."""
        name = self.file.data.filename.replace("\\", "/").rpartition("/")[2]
        return "".join(letter for letter in name if letter.isprintable())[:100] or "people.csv"


class StartForm(Form):
    """What happens to a preview."""

    starts_as = RadioField(
        _l("New people start as"),
        choices=[
            SelectChoice(ACTIVE, _l("Active, send an invitation now")),
            SelectChoice(NOT_INVITED, _l("Active, send no invitation yet")),
            SelectChoice(INACTIVE, _l("Inactive")),
        ],
        default=ACTIVE,
    )
    skips_errors = BooleanField(default=True)


def columns_form(options, known):
    """The form of ``Batch.options``: what each column fills."""
    choices = [
        SelectChoice(LEFT_OUT, _("Ignore this column")),
        *(_choice(target, _("Attributes")) for target in FIXED),
        *(_choice(target, _("Custom fields")) for target in known.values() if target.field is not None),
    ]
    inputs = {
        f"{COLUMN}{place}": SelectField(heading or _("Column %(num)s", num=place), choices=choices)
        for place, heading in enumerate(options["headings"], 1)
    }
    form_class = type("ColumnsForm", (ColumnsForm,), inputs)
    return form_class(data={f"{COLUMN}{place}": key for place, key in enumerate(options["columns"], 1)})


class ColumnsForm(Form):
    """One select per column; ``columns_form`` adds them."""

    @property
    def columns(self):
        """The selects, in the order of the file."""
        return [bound for bound in self if bound.name.startswith(COLUMN)]

    @property
    def keys(self):
        return [bound.data for bound in self.columns]


def _choice(target, group):
    return SelectChoice(target.key, spoken(target.label), optgroup=group)

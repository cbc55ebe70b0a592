"""Forms of groups: the name, and the role that members get."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from ...directory.changes import GroupChanges
from ...directory.groups.memberships import MAXIMUM_NAME
from ...directory.groups.role_rules import RULED
from .account.shown_settings import ShownSettings
from .base import Form, at_most, strip
from .choices import of_roles

NO_ROLE = ""


class GroupForm(Form):
    """*Add group*, and the name of a group."""

    inputs = {"displayName": "name", "GroupNameTaken": "name"}

    name = StringField(
        _l("Name"),
        validators=[
            DataRequired(_l("Give the group a name.")),
            at_most(MAXIMUM_NAME),
        ],
        filters=[strip],
    )


class RenameForm(ShownSettings, GroupForm):
    """The name of a group, which somebody else may change meanwhile."""

    def __init__(self, group, **given):
        super().__init__(data={"name": group.display_name}, **given)
        self.note_shown(("name",))

    def changes(self):
        """The GroupChanges; a name that was not altered is left alone."""
        return GroupChanges(display_name=self.name.data) if self.altered(("name",)) else GroupChanges()


def _ruled(assignable=RULED):
    roles = [role for role in RULED if role in assignable]
    return [SelectChoice(NO_ROLE, _l("No role beyond their own")), *of_roles(roles)]


class RuleForm(ShownSettings, Form):
    """The role that members of a group get; empty for none. ``present`` is the Role that they have got so far, or None, and
    ``chosen`` the one that the page previews.
    """

    role = RadioField(_l("Members get the role"), choices=_ruled)

    def __init__(self, present, chosen=None, *, assignable=(), **given):
        super().__init__(data={"role": present.value if present else NO_ROLE}, **given)
        self.role.choices = _ruled(assignable)
        self.note_shown(("role",))
        if chosen is not None and not self.is_submitted():
            self.role.data = chosen
